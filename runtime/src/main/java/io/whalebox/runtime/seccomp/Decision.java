package io.whalebox.runtime.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is done with one system call number: the first branch whose checks all hold decides, else {@code otherwise}.
 */
record Decision(List<Branch> branches, Action otherwise) {

    record Branch(List<Check> checks, Action action) {}

    /**
     * A check for one architecture.
     *
     * @param narrow whether only the low 32 bits count
     */
    record Check(ArgumentCheck check, boolean narrow) {}

    static Decision always(Action action) {
        return new Decision(List.of(), action);
    }

    /** Whether the two are the same whatever the arguments; no answer about those that look at arguments. */
    boolean isSurely(Decision other) {
        return branches.isEmpty() && other.branches.isEmpty() && otherwise.equals(other.otherwise);
    }

    /** Collects the rules for one number in the order of the profile. */
    static final class Builder {
        private final List<Branch> branches = new ArrayList<>();
        private Optional<Action> unconditional = Optional.empty();

        void add(List<Check> checks, Action action) {
            if (!checks.isEmpty()) {
                branches.add(new Branch(List.copyOf(checks), action));
            } else if (unconditional.isEmpty()) {
                unconditional = Optional.of(action);
            }
        }

        Decision build(Action defaultAction) {
            return unconditional
                    .map(Decision::always)
                    .orElseGet(() -> new Decision(List.copyOf(branches), defaultAction));
        }
    }
}
