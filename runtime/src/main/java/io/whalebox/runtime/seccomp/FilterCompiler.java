package io.whalebox.runtime.seccomp;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;

/**
 * Turns decisions into a program.
 *
 * <p>The program asks first which architecture a call is of, the machine's own before the others, and then finds the
 * range that the number lies in by halving, so that about ten instructions decide a call. (For calls that are allowed
 * whatever their arguments, the kernel remembers the answer and does not even ask: see {@code seccomp_cache_prepare}.
 * It finds out when the filter is installed, by running it over every number, so short ways make installing fast too.)
 */
final class FilterCompiler {
    /** {@code BPF_MAXINSNS}. */
    static final int MAX_INSTRUCTIONS = 4096;

    /** Offsets in {@code struct seccomp_data}. Both halves of an argument are little-endian, the low one first. */
    static final int NUMBER = 0;

    static final int ARCHITECTURE = 4;
    private static final int ARGUMENTS = 16;
    private static final int ARGUMENT_SIZE = 8;
    private static final int HIGH_HALF = 4;

    private static final Decision KILL = Decision.always(Action.KILL_THREAD);

    private final LinuxSeccomp seccomp;
    private final ProgramBuilder program = new ProgramBuilder();

    private FilterCompiler(LinuxSeccomp seccomp) {
        this.seccomp = seccomp;
    }

    /**
     * Compiles for one machine; architectures that it cannot execute are left out.
     *
     * @throws WhaleboxException INVALID when the program is longer than the kernel takes
     */
    static List<Instruction> compile(LinuxSeccomp seccomp, Machine machine) {
        return new FilterCompiler(seccomp).compile(machine.architecture());
    }

    private List<Instruction> compile(Architecture machine) {
        switch (machine) {
            case X86_64 -> dispatch(Architecture.X86_64, Architecture.X86);
            case AARCH64 -> dispatch(Architecture.AARCH64, Architecture.ARM);
            case X86, X32, ARM -> throw new IllegalArgumentException("no machine is a mere " + machine);
        }
        if (program.size() > MAX_INSTRUCTIONS) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "compile the seccomp profile: it takes " + program.size() + " instructions, the kernel allows "
                            + MAX_INSTRUCTIONS + "; use fewer argument checks");
        }
        return program.build();
    }

    /** Emits everything, the last first: the other architecture's calls, the machine's own, and the choice between. */
    private void dispatch(Architecture own, Architecture other) {
        int kill = program.ret(Action.KILL_THREAD.returnValue());
        int elsewhere = kill;
        if (accepts(other)) {
            int others = program.load(NUMBER, search(DecisionTable.of(seccomp, other)));
            elsewhere = program.jump(Instruction.JUMP_IF_EQUAL, other.auditNumber(), others, kill);
        }
        int numbers = search(DecisionTable.of(seccomp, own));
        if (own == Architecture.X86_64) {
            int x32 = x32();
            numbers = program.jump(Instruction.JUMP_IF_GREATER_OR_EQUAL, SyscallTable.X32_BIT, x32, numbers);
        }
        int ours = program.load(NUMBER, numbers);
        program.load(ARCHITECTURE, program.jump(Instruction.JUMP_IF_EQUAL, own.auditNumber(), ours, elsewhere));
    }

    private boolean accepts(Architecture architecture) {
        return seccomp.architectures().contains(architecture);
    }

    /**
     * Numbers with the x32 bit. Where x32 is not accepted, -1 is still a number like others that are not there: a
     * tracer sets it to skip a call.
     */
    private int x32() {
        if (accepts(Architecture.X32)) {
            return search(DecisionTable.of(seccomp, Architecture.X32));
        }
        Decision skipped =
                DecisionTable.of(seccomp, Architecture.X86_64).getLast().decision();
        return program.jump(Instruction.JUMP_IF_EQUAL, -1, label(skipped), label(KILL));
    }

    private int search(List<DecisionTable.Range> ranges) {
        if (ranges.size() == 1) {
            return label(ranges.getFirst().decision());
        }
        int middle = ranges.size() / 2;
        int upper = search(ranges.subList(middle, ranges.size()));
        int lower = search(ranges.subList(0, middle));
        return program.jump(
                Instruction.JUMP_IF_GREATER_OR_EQUAL, ranges.get(middle).first(), upper, lower);
    }

    private int label(Decision decision) {
        int label = program.ret(decision.otherwise().returnValue());
        for (Decision.Branch branch : decision.branches().reversed()) {
            int otherwise = label;
            label = program.ret(branch.action().returnValue());
            for (Decision.Check check : branch.checks().reversed()) {
                label = check(check, label, otherwise);
            }
        }
        return label;
    }

    private int check(Decision.Check check, int ifTrue, int ifFalse) {
        ArgumentCheck argument = check.check();
        int offset = ARGUMENTS + ARGUMENT_SIZE * argument.index();
        Halves halves = new Halves(offset, argument.value(), check.narrow());
        return switch (argument.operator()) {
            case EQ -> equal(halves, ifTrue, ifFalse);
            case NE -> equal(halves, ifFalse, ifTrue);
            case GT -> ordered(halves, Instruction.JUMP_IF_GREATER, ifTrue, ifFalse);
            case LE -> ordered(halves, Instruction.JUMP_IF_GREATER, ifFalse, ifTrue);
            case GE -> ordered(halves, Instruction.JUMP_IF_GREATER_OR_EQUAL, ifTrue, ifFalse);
            case LT -> ordered(halves, Instruction.JUMP_IF_GREATER_OR_EQUAL, ifFalse, ifTrue);
            case MASKED_EQ -> masked(halves, argument.valueTwo(), ifTrue, ifFalse);
        };
    }

    /** An argument's place and the number that it is compared with, in the 32-bit halves that the machine can hold. */
    private record Halves(int offset, long value, boolean narrow) {
        int low() {
            return (int) value;
        }

        int high() {
            return (int) (value >>> 32);
        }

        int highOffset() {
            return offset + HIGH_HALF;
        }
    }

    private int equal(Halves halves, int ifTrue, int ifFalse) {
        int low = program.load(halves.offset, program.jump(Instruction.JUMP_IF_EQUAL, halves.low(), ifTrue, ifFalse));
        if (halves.narrow) {
            return low;
        }
        return program.load(halves.highOffset(), program.jump(Instruction.JUMP_IF_EQUAL, halves.high(), low, ifFalse));
    }

    /** Greater, or greater or equal: the high half decides unless it is equal; then the low one does. */
    private int ordered(Halves halves, int comparison, int ifTrue, int ifFalse) {
        int low = program.load(halves.offset, program.jump(comparison, halves.low(), ifTrue, ifFalse));
        if (halves.narrow) {
            return low;
        }
        int equal = program.jump(Instruction.JUMP_IF_EQUAL, halves.high(), low, ifFalse);
        return program.load(
                halves.highOffset(), program.jump(Instruction.JUMP_IF_GREATER, halves.high(), ifTrue, equal));
    }

    /** Bits that the mask takes away are not compared, even where a profile asks for them; libseccomp drops them too. */
    private int masked(Halves mask, long wanted, int ifTrue, int ifFalse) {
        Halves expected = new Halves(mask.offset, wanted & mask.value, mask.narrow);
        int low = maskedHalf(mask.offset, mask.low(), expected.low(), ifTrue, ifFalse);
        if (mask.narrow) {
            return low;
        }
        return maskedHalf(mask.highOffset(), mask.high(), expected.high(), low, ifFalse);
    }

    private int maskedHalf(int offset, int mask, int expected, int ifTrue, int ifFalse) {
        if (mask == 0) {
            return ifTrue;
        }
        int comparison = program.jump(Instruction.JUMP_IF_EQUAL, expected, ifTrue, ifFalse);
        return program.load(offset, mask == -1 ? comparison : program.and(mask, comparison));
    }
}
