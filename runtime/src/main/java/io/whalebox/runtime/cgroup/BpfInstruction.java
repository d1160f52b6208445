package io.whalebox.runtime.cgroup;

/**
 * One instruction of the kernel's eBPF machine (Documentation/bpf/standardization/instruction-set.rst).
 *
 * @param opcode what it does
 * @param destination register 0 to 10
 * @param source register 0 to 10
 * @param offset of a load, in bytes; of a jump, in instructions after the next
 * @param constant its immediate operand
 */
record BpfInstruction(int opcode, int destination, int source, int offset, int constant) {
    static final int LOAD_WORD = 0x61;
    static final int MOVE = 0xb7;
    static final int MOVE_REGISTER = 0xbf;
    static final int AND = 0x57;
    static final int SHIFT_RIGHT = 0x77;
    static final int JUMP_UNLESS_EQUAL = 0x55;
    static final int JUMP_IF_ANY_BIT = 0x45;
    static final int JUMP = 0x05;
    static final int EXIT = 0x95;

    static BpfInstruction loadWord(int destination, int source, int offset) {
        return new BpfInstruction(LOAD_WORD, destination, source, offset, 0);
    }

    static BpfInstruction move(int destination, int constant) {
        return new BpfInstruction(MOVE, destination, 0, 0, constant);
    }

    static BpfInstruction moveRegister(int destination, int source) {
        return new BpfInstruction(MOVE_REGISTER, destination, source, 0, 0);
    }

    static BpfInstruction and(int destination, int constant) {
        return new BpfInstruction(AND, destination, 0, 0, constant);
    }

    static BpfInstruction shiftRight(int destination, int constant) {
        return new BpfInstruction(SHIFT_RIGHT, destination, 0, 0, constant);
    }

    static BpfInstruction jumpUnlessEqual(int register, int constant, int offset) {
        return new BpfInstruction(JUMP_UNLESS_EQUAL, register, 0, offset, constant);
    }

    static BpfInstruction jumpIfAnyBit(int register, int constant, int offset) {
        return new BpfInstruction(JUMP_IF_ANY_BIT, register, 0, offset, constant);
    }

    static BpfInstruction jump(int offset) {
        return new BpfInstruction(JUMP, 0, 0, offset, 0);
    }

    static BpfInstruction exit() {
        return new BpfInstruction(EXIT, 0, 0, 0, 0);
    }

    /** As it lies in memory, read as a little-endian number. */
    long encoded() {
        return opcode
                | (long) (source << 4 | destination) << 8
                | (offset & 0xffffL) << 16
                | (constant & 0xffffffffL) << 32;
    }

    /** As the kernel's verifier writes it. */
    @Override
    public String toString() {
        return switch (opcode) {
            case LOAD_WORD -> "r%d = *(u32 *)(r%d +%d)".formatted(destination, source, offset);
            case MOVE -> "r%d = %d".formatted(destination, constant);
            case MOVE_REGISTER -> "r%d = r%d".formatted(destination, source);
            case AND -> "r%d &= 0x%x".formatted(destination, constant);
            case SHIFT_RIGHT -> "r%d >>= %d".formatted(destination, constant);
            case JUMP_UNLESS_EQUAL -> "if r%d != %d goto +%d".formatted(destination, constant, offset);
            case JUMP_IF_ANY_BIT -> "if r%d & 0x%x goto +%d".formatted(destination, constant, offset);
            case JUMP -> "goto +%d".formatted(offset);
            case EXIT -> "exit";
            default -> "opcode 0x%x".formatted(opcode);
        };
    }
}
