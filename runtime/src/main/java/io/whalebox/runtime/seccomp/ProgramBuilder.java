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
 *
 * <p>An instruction that was made before, with the same continuation, is not made again: rules that do the same share
 * their code, whichever call or architecture they are for.
 */
final class ProgramBuilder {
    private final List<Instruction> reversed = new ArrayList<>();
    private final Map<Node, Integer> labels = new HashMap<>();

    /** By the label of a return, the last copy of it. */
    private final Map<Integer, Integer> copies = new HashMap<>();

    /** What an instruction does and with which labels it goes on; a return goes on with none. */
    private record Node(int code, int k, int ifTrue, int ifFalse) {
        static final int NOWHERE = -1;

        // Written out, because the generated ones would be linked while the first container waits.
        @Override
        public boolean equals(Object other) {
            return other instanceof Node node
                    && code == node.code
                    && k == node.k
                    && ifTrue == node.ifTrue
                    && ifFalse == node.ifFalse;
        }

        @Override
        public int hashCode() {
            return ((code * 31 + k) * 31 + ifTrue) * 31 + ifFalse;
        }
    }

    /** An instruction that ends the program with a value. */
    int ret(int value) {
        Node node = new Node(Instruction.RETURN, value, Node.NOWHERE, Node.NOWHERE);
        Integer known = labels.get(node);
        return known == null ? emit(node, new Instruction(Instruction.RETURN, 0, 0, value)) : known;
    }

    /** Loads the word at an offset of {@code struct seccomp_data} and goes on with {@code next}. */
    int load(int offset, int next) {
        return straight(Instruction.LOAD, offset, next);
    }

    int and(int mask, int next) {
        return straight(Instruction.AND, mask, next);
    }

    private int straight(int code, int k, int next) {
        Node node = new Node(code, k, next, next);
        Integer known = labels.get(node);
        if (known != null) {
            return known;
        }
        if (skip(next) > 0) {
            append(new Instruction(Instruction.JUMP, 0, 0, skip(next)));
        }
        return emit(node, new Instruction(code, 0, 0, k));
    }

    /** Compares the accumulator with {@code k}, unsigned. */
    int jump(int code, int k, int ifTrue, int ifFalse) {
        if (ifTrue == ifFalse) {
            return ifTrue;
        }
        Node node = new Node(code, k, ifTrue, ifFalse);
        Integer known = labels.get(node);
        if (known != null) {
            return known;
        }
        int nearTrue = near(ifTrue);
        int nearFalse = near(ifFalse);
        return emit(node, new Instruction(code, skip(nearTrue), skip(nearFalse), k));
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
     * return at once is as short as a jump to a return, and then serves what comes before, too.
     */
    private int near(int label) {
        if (reaches(label)) {
            return label;
        }
        Instruction target = reversed.get(label);
        if (target.code() != Instruction.RETURN) {
            return append(new Instruction(Instruction.JUMP, 0, 0, skip(label)));
        }
        int copy = copies.getOrDefault(label, label);
        if (!reaches(copy)) {
            copy = append(target);
            copies.put(label, copy);
        }
        return copy;
    }

    /** One less than the limit, since the other target of the same jump may need an instruction in between. */
    private boolean reaches(int label) {
        return skip(label) < Instruction.MAX_SKIP;
    }

    /** How many instructions lie between the next one to be made and a label. */
    private int skip(int label) {
        return reversed.size() - label - 1;
    }

    private int emit(Node node, Instruction instruction) {
        int label = append(instruction);
        labels.put(node, label);
        return label;
    }

    private int append(Instruction instruction) {
        reversed.add(instruction);
        return reversed.size() - 1;
    }
}
