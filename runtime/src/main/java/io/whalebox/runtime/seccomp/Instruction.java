package io.whalebox.runtime.seccomp;

/**
 * One instruction of the kernel's classic BPF machine: {@code struct sock_filter} of {@code linux/filter.h}.
 *
 * @param code what is done, one of the constants here
 * @param ifTrue how many instructions a conditional jump skips when its condition holds, 0 to 255
 * @param ifFalse the same when it does not hold
 * @param k the operand; the number of instructions that {@link #JUMP} skips
 */
record Instruction(int code, int ifTrue, int ifFalse, int k) {
    /** Bytes of one instruction. */
    static final int SIZE = 8;

    /** The longest way of a conditional jump. */
    static final int MAX_SKIP = 255;

    /** The accumulator becomes the 32-bit word at offset k of {@code struct seccomp_data}. */
    static final int LOAD = 0x20;

    static final int AND = 0x54;
    static final int JUMP = 0x05;
    static final int JUMP_IF_EQUAL = 0x15;
    static final int JUMP_IF_GREATER = 0x25;
    static final int JUMP_IF_GREATER_OR_EQUAL = 0x35;
    static final int RETURN = 0x06;
}
