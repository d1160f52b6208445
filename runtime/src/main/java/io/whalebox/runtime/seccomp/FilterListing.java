package io.whalebox.runtime.seccomp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program as text, in the manner of the kernel's {@code bpf_dbg}. What a number means depends on the way that led
 * to an instruction, so the listing follows the jumps: as they only go forward, one pass is enough.
 */
final class FilterListing {
    private static final int FIRST_ARGUMENT = 16;
    private static final int WORD = 4;

    private final List<Instruction> program;
    private final Map<Integer, State> states = new HashMap<>();

    /**
     * What is known when an instruction is reached.
     *
     * @param section the architecture that the call is of
     * @param loaded the offset of the word that was loaded last
     */
    private record State(Architecture section, int loaded) {}

    private FilterListing(List<Instruction> program, Machine machine) {
        this.program = program;
        states.put(0, new State(machine.architecture(), FilterCompiler.ARCHITECTURE));
    }

    static List<String> of(List<Instruction> program, Machine machine) {
        FilterListing listing = new FilterListing(program, machine);
        List<String> lines = new ArrayList<>(program.size());
        for (int at = 0; at < program.size(); at++) {
            lines.add(String.format(Locale.ROOT, "%4d: %s", at, listing.line(at)));
        }
        return lines;
    }

    private String line(int at) {
        Instruction instruction = program.get(at);
        State state = states.getOrDefault(at, new State(Architecture.X86_64, FilterCompiler.ARCHITECTURE));
        int k = instruction.k();
        return switch (instruction.code()) {
            case Instruction.LOAD -> {
                states.putIfAbsent(at + 1, new State(state.section, k));
                yield "load " + word(k);
            }
            case Instruction.AND -> {
                states.putIfAbsent(at + 1, state);
                yield "and " + hex(k);
            }
            case Instruction.JUMP -> {
                states.putIfAbsent(at + 1 + k, state);
                yield "goto " + (at + 1 + k);
            }
            case Instruction.JUMP_IF_EQUAL -> jump(at, "==", state);
            case Instruction.JUMP_IF_GREATER -> jump(at, ">", state);
            case Instruction.JUMP_IF_GREATER_OR_EQUAL -> jump(at, ">=", state);
            case Instruction.RETURN ->
                "return " + Action.ofReturnValue(k).map(Action::toString).orElseGet(() -> hex(k));
            default -> throw new IllegalStateException("not one of our instructions: " + instruction);
        };
    }

    private static String word(int offset) {
        return switch (offset) {
            case FilterCompiler.NUMBER -> "number";
            case FilterCompiler.ARCHITECTURE -> "architecture";
            default -> {
                int word = (offset - FIRST_ARGUMENT) / WORD;
                yield "arg" + word / 2 + (word % 2 == 0 ? " low" : " high");
            }
        };
    }

    private String jump(int at, String comparison, State state) {
        Instruction instruction = program.get(at);
        int ifTrue = at + 1 + instruction.ifTrue();
        int ifFalse = at + 1 + instruction.ifFalse();
        states.putIfAbsent(ifTrue, new State(sectionIfTrue(instruction, state), state.loaded));
        states.putIfAbsent(ifFalse, state);
        return "if " + comparison + " " + operand(instruction.k(), state) + " goto " + ifTrue + " else " + ifFalse;
    }

    private static Architecture sectionIfTrue(Instruction instruction, State state) {
        if (state.loaded == FilterCompiler.ARCHITECTURE) {
            return architecture(instruction.k());
        }
        return state.loaded == FilterCompiler.NUMBER && instruction.k() == SyscallTable.X32_BIT
                ? Architecture.X32
                : state.section;
    }

    private static Architecture architecture(int auditNumber) {
        return Stream.of(Architecture.values())
                .filter(a -> a.auditNumber() == auditNumber)
                .findFirst()
                .orElseThrow();
    }

    private static String operand(int k, State state) {
        return switch (state.loaded) {
            case FilterCompiler.ARCHITECTURE -> architecture(k).toString();
            case FilterCompiler.NUMBER -> {
                String number = k >= 0 && k < SyscallTable.X32_BIT ? String.valueOf(k) : hex(k);
                yield number
                        + SyscallTable.instance()
                                .name(k, state.section)
                                .map(name -> " (" + name + ")")
                                .orElse("");
            }
            default -> hex(k);
        };
    }

    private static String hex(int k) {
        return "0x" + Integer.toHexString(k);
    }
}
