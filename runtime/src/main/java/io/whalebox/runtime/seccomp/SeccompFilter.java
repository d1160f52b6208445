package io.whalebox.runtime.seccomp;

import io.whalebox.linux.WhaleboxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A compiled filter: what the kernel runs before every system call of a container, and of all that it starts. The same
 * rules always give the same bytes.
 *
 * <p>It is installed with {@code seccomp(SECCOMP_SET_MODE_FILTER, flagBits, &fprog)}, where {@code struct sock_fprog}
 * holds {@link #length()} as 16 bits and a pointer to {@link #bytes()}; see seccomp(2). The caller needs
 * {@code no_new_privs} or CAP_SYS_ADMIN in its user namespace.
 */
public final class SeccompFilter {
    private final LinuxSeccomp seccomp;
    private final Machine machine;
    private final List<Instruction> program;
    private final byte[] bytes;

    private SeccompFilter(LinuxSeccomp seccomp, Machine machine) {
        this.seccomp = seccomp;
        this.machine = machine;
        this.program = FilterCompiler.compile(seccomp, machine);
        ByteBuffer buffer =
                ByteBuffer.allocate(program.size() * Instruction.SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction instruction : program) {
            buffer.putShort((short) instruction.code())
                    .put((byte) instruction.ifTrue())
                    .put((byte) instruction.ifFalse())
                    .putInt(instruction.k());
        }
        this.bytes = buffer.array();
    }

    /**
     * Compiles the filter for these rules on this machine, which takes half a millisecond when warm;
     * {@link SeccompProfile#filter} remembers what it compiled.
     *
     * @throws WhaleboxException INVALID when the rules make a program that is longer than the kernel takes
     */
    public static SeccompFilter compile(LinuxSeccomp seccomp, Machine machine) {
        return new SeccompFilter(seccomp, machine);
    }

    /** The instructions as an array of {@code struct sock_filter}, 8 bytes each, little-endian. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** How many instructions, at most 4096. */
    public int length() {
        return program.size();
    }

    /** The {@code flags} argument of seccomp(2). */
    public int flagBits() {
        return FilterFlag.bits(seccomp.flags());
    }

    /** The program for people, one line an instruction, with jumps as line numbers and calls by name. */
    public List<String> listing() {
        return FilterListing.of(program, machine);
    }

    /** The same of a filter that is known only by its {@link #bytes()}. */
    public static List<String> listing(byte[] bytes, Machine machine) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Instruction> program = new ArrayList<>(bytes.length / Instruction.SIZE);
        while (buffer.remaining() >= Instruction.SIZE) {
            program.add(new Instruction(
                    buffer.getShort() & 0xffff, buffer.get() & 0xff, buffer.get() & 0xff, buffer.getInt()));
        }
        return FilterListing.of(program, machine);
    }

    /** One line: what is done by default and how long the program is. */
    @Override
    public String toString() {
        return "seccomp filter, default " + seccomp.defaultAction() + ", " + program.size() + " instructions";
    }
}
