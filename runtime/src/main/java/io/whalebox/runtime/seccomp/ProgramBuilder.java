package io.whalebox.runtime.seccomp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles a program from its end to its beginning. The BPF machine only jumps forward, so every target exists
 * before the jump to it is made and its distance is known. A label is the place of an instruction, counted from the
 * end of the program.
 */
final class ProgramBuilder {
    private final List<Instruction> reversed = new ArrayList<>();
    private final Map<Integer, Integer> returns = new HashMap<>();

    /** An instruction that ends the program with a value; the nearest that there is. */
    int ret(int value) {
        Integer known = returns.get(value);
        return known == null ? emitReturn(value) : known;
    }

    /** Loads the word at an offset of {@code struct seccomp_data} and goes on with {@code next}. */
    int load(int offset, int next) {
        continueWith(next);
        return emit(new Instruction(Instruction.LOAD, 0, 0, offset));
    }

    int and(int mask, int next) {
        continueWith(next);
        return emit(new Instruction(Instruction.AND, 0, 0, mask));
    }

    /** Compares the accumulator with {@code k}, unsigned. */
    int jump(int code, int k, int ifTrue, int ifFalse) {
        if (ifTrue == ifFalse) {
            return ifTrue;
        }
        int nearTrue = near(ifTrue);
        int nearFalse = near(ifFalse);
        return emit(new Instruction(code, skip(nearTrue), skip(nearFalse), k));
    }

    int size() {
        return reversed.size();
    }

    List<Instruction> build() {
        List<Instruction> program = new ArrayList<>(reversed);
        Collections.reverse(program);
        return List.copyOf(program);
    }

    /**
     * A label that a conditional jump can reach from here: itself, or an instruction made now that leads to it. To
     * return at once is as short as a jump to a return.
     */
    private int near(int label) {
        // One less than the limit, since the other target of the same jump may need an instruction in between.
        if (skip(label) < Instruction.MAX_SKIP) {
            return label;
        }
        Instruction target = reversed.get(label);
        return target.code() == Instruction.RETURN
                ? emitReturn(target.k())
                : emit(new Instruction(Instruction.JUMP, 0, 0, skip(label)));
    }

    private void continueWith(int next) {
        if (skip(next) > 0) {
            emit(new Instruction(Instruction.JUMP, 0, 0, skip(next)));
        }
    }

    /** How many instructions lie between the next one to be emitted and a label. */
    private int skip(int label) {
        return reversed.size() - label - 1;
    }

    private int emitReturn(int value) {
        int label = emit(new Instruction(Instruction.RETURN, 0, 0, value));
        returns.put(value, label);
        return label;
    }

    private int emit(Instruction instruction) {
        reversed.add(instruction);
        return reversed.size() - 1;
    }
}
