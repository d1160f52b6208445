package io.whalebox.runtime.cgroup;

/** The part of the kernel's eBPF machine that device filters use, decoding the words that the kernel would get. */
final class BpfInterpreter {
    private static final long CONTEXT_ADDRESS = 0x1000;

    private BpfInterpreter() {}

    /**
     * Runs a program to its end.
     *
     * @param context the words behind register 1
     * @return register 0
     */
    static long run(long[] program, int[] context) {
        long[] registers = new long[11];
        registers[1] = CONTEXT_ADDRESS;
        int at = 0;
        while (true) {
            long word = program[at++];
            int opcode = (int) (word & 0xff);
            int destination = (int) (word >> 8 & 0xf);
            int source = (int) (word >> 12 & 0xf);
            int offset = (short) (word >> 16);
            long constant = (int) (word >> 32);
            switch (opcode) {
                case 0x61 ->
                    registers[destination] =
                            Integer.toUnsignedLong(context[(int) (registers[source] - CONTEXT_ADDRESS + offset) / 4]);
                case 0xb7 -> registers[destination] = constant;
                case 0xbf -> registers[destination] = registers[source];
                case 0x57 -> registers[destination] &= constant;
                case 0x77 -> registers[destination] >>>= constant;
                case 0x05 -> at += offset;
                case 0x55 -> at += registers[destination] != constant ? offset : 0;
                case 0x45 -> at += (registers[destination] & constant) != 0 ? offset : 0;
                case 0x95 -> {
                    return registers[0];
                }
                default -> throw new IllegalArgumentException("opcode 0x%x at %d".formatted(opcode, at - 1));
            }
        }
    }
}
