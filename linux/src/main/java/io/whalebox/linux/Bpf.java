package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Programs that the kernel verifies, compiles and runs at its own hooks (bpf(2)). */
public final class Bpf {
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;

    private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final int BPF_CGROUP_DEVICE = 6;
    /** Programs of this group and of its ancestors all run, and all must agree. */
    private static final int BPF_F_ALLOW_MULTI = 2;

    /** The part of {@code union bpf_attr} that is used here; the kernel takes the rest as zero. */
    private static final int ATTRIBUTES = 120;

    private static final int LOG_SIZE = 1 << 16;

    private static final ValueLayout.OfLong INSTRUCTION =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Bpf() {}

    /**
     * Loads a program that decides on the use of device nodes.
     *
     * @param instructions as {@code struct bpf_insn} lies in memory: opcode in the lowest byte, then the two
     *     registers, 16 bits of offset, 32 bits of constant
     * @param name for {@code bpftool prog}: up to 15 letters, digits, underscores
     */
    public static Fd loadDeviceFilter(String name, long[] instructions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(8L * instructions.length, 8);
            for (int i = 0; i < instructions.length; i++) {
                program.set(INSTRUCTION, 8L * i, instructions[i]);
            }
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            Fields.setInt(attributes, 0, BPF_PROG_TYPE_CGROUP_DEVICE);
            Fields.setInt(attributes, 4, instructions.length);
            Fields.setLong(attributes, 8, program.address());
            // Only helpers reserved to GPL programs ask for a licence, and no helper is called.
            Fields.setLong(attributes, 16, Kernel.string(arena, "Apache-2.0").address());
            attributes.asSlice(48, 15).copyFrom(Kernel.string(arena, name).asSlice(0, Math.min(15, name.length())));
            Fields.setInt(attributes, 68, BPF_CGROUP_DEVICE);
            long result = Kernel.attempt(Syscall.BPF, BPF_PROG_LOAD, attributes.address(), ATTRIBUTES);
            if (result < 0) {
                throw new LinuxException(
                        "bpf", Errno.of((int) -result), "BPF_PROG_LOAD " + name + verdict(arena, attributes));
            }
            return Fd.owning((int) result);
        }
    }

    /** Loads it once more with the verifier's log on: writing a log costs, and only a refusal is worth reading. */
    private static String verdict(Arena arena, MemorySegment attributes) {
        MemorySegment log = arena.allocate(LOG_SIZE);
        Fields.setInt(attributes, 24, 1);
        Fields.setInt(attributes, 28, LOG_SIZE);
        Fields.setLong(attributes, 32, log.address());
        Kernel.attempt(Syscall.BPF, BPF_PROG_LOAD, attributes.address(), ATTRIBUTES);
        String text = log.getString(0).strip().replace('\n', ';');
        return text.isEmpty() ? "" : " (verifier: " + text + ")";
    }

    /** Makes a program decide for a cgroup of version 2 and everything below it, until the group is removed. */
    public static void attachDeviceFilter(Fd cgroup, Fd program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            Fields.setInt(attributes, 0, cgroup.number());
            Fields.setInt(attributes, 4, program.number());
            Fields.setInt(attributes, 8, BPF_CGROUP_DEVICE);
            Fields.setInt(attributes, 12, BPF_F_ALLOW_MULTI);
            Kernel.call(Syscall.BPF, "BPF_PROG_ATTACH", BPF_PROG_ATTACH, attributes.address(), ATTRIBUTES);
        }
    }
}
