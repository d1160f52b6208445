package io.whalebox.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part of the kernel's classic BPF machine that seccomp(2) allows, written from {@code linux/filter.h} and not
 * from our compiler. It reads the very bytes that the kernel would.
 */
final class BpfMachine {
    private final ByteBuffer program;
    private int steps;

    BpfMachine(byte[] program) {
        this.program = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        verify();
    }

    private int code(int at) {
        return Short.toUnsignedInt(program.getShort(at * 8));
    }

    private int ifTrue(int at) {
        return Byte.toUnsignedInt(program.get(at * 8 + 2));
    }

    private int ifFalse(int at) {
        return Byte.toUnsignedInt(program.get(at * 8 + 3));
    }

    private int k(int at) {
        return program.getInt(at * 8 + 4);
    }

    private int length() {
        return program.capacity() / 8;
    }

    /** What {@code bpf_check_classic} and {@code seccomp_check_filter} of the kernel ask for. */
    private void verify() {
        assertThat(program.capacity() % 8).isZero();
        assertThat(length()).isBetween(1, 4096);
        assertThat(code(length() - 1)).as("the last instruction returns").isEqualTo(0x06);
        for (int at = 0; at < length(); at++) {
            switch (code(at)) {
                case 0x20 -> {
                    assertThat(k(at) % 4).isZero();
                    assertThat(k(at)).isBetween(0, 60);
                }
                case 0x05 -> assertThat(at + 1L + Integer.toUnsignedLong(k(at))).isLessThan(length());
                case 0x15, 0x25, 0x35, 0x45 ->
                    assertThat(at + 1 + Math.max(ifTrue(at), ifFalse(at))).isLessThan(length());
                case 0x54, 0x06 -> {
                    // Any operand will do.
                }
                default -> throw new AssertionError("instruction " + at + " has code " + code(at));
            }
        }
    }

    /** What the filter returns for a call. */
    int run(SeccompData data) {
        int accumulator = 0;
        int at = 0;
        for (steps = 1; ; steps++) {
            int k = k(at);
            switch (code(at)) {
                case 0x06 -> {
                    return k;
                }
                case 0x20 -> accumulator = data.word(k);
                case 0x54 -> accumulator &= k;
                case 0x05 -> at += k;
                case 0x15 -> at += accumulator == k ? ifTrue(at) : ifFalse(at);
                case 0x25 -> at += Integer.compareUnsigned(accumulator, k) > 0 ? ifTrue(at) : ifFalse(at);
                case 0x35 -> at += Integer.compareUnsigned(accumulator, k) >= 0 ? ifTrue(at) : ifFalse(at);
                case 0x45 -> at += (accumulator & k) != 0 ? ifTrue(at) : ifFalse(at);
                default -> throw new AssertionError("instruction " + at);
            }
            at++;
        }
    }

    /** How many instructions the last run took. */
    int steps() {
        return steps;
    }
}
