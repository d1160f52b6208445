package io.whalebox.runtime;

import io.whalebox.linux.Errno;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Step.Action;
import io.whalebox.runtime.Step.Guard;
import io.whalebox.runtime.Step.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes a {@link Plan} down, step after step, in the order of execution. */
public final class PlanBuilder {
    /** What the launcher has room for ({@code PLAN_REGISTERS} in {@code plan.h}). */
    static final int MAX_REGISTERS = 4096;

    private final Shared shared;
    private final List<StepBuilder> steps = new ArrayList<>();
    private Guard guard = new Guard.Always();
    private Subject subject = new Subject.Setup();

    /** What all sections of a plan have in common: one numbering of registers and cells. */
    private static final class Shared {
        final List<PlanBuilder> sections = new ArrayList<>();
        final List<String> names = new ArrayList<>();
        int registers;
        int cells;
    }

    private PlanBuilder(Shared shared, String section) {
        this.shared = shared;
        shared.sections.add(this);
        shared.names.add(section);
    }

    /** Begins a plan with the section that the launcher itself runs. */
    public static PlanBuilder begin(String section) {
        return new PlanBuilder(new Shared(), section);
    }

    /** Ends the plan; called on any section's builder. */
    public Plan build() {
        List<Plan.Section> sections = new ArrayList<>();
        for (int i = 0; i < shared.sections.size(); i++) {
            sections.add(new Plan.Section(
                    shared.names.get(i),
                    shared.sections.get(i).steps.stream()
                            .map(StepBuilder::build)
                            .toList()));
        }
        return new Plan(sections);
    }

    /** A step that is a system call. */
    public StepBuilder call(String label, Syscall call, Argument... arguments) {
        return add(label, new Action.Call(call, List.of(arguments)));
    }

    /**
     * A step that forks.
     *
     * @param arguments the address of a {@code struct clone_args}
     * @param section what the child does; it must not return
     */
    public StepBuilder fork(String label, Argument.Words arguments, String name, Consumer<PlanBuilder> section) {
        StepBuilder step =
                add(label, new Action.Fork(arguments, 8 * arguments.words().size(), name));
        section.accept(new PlanBuilder(shared, name));
        return step;
    }

    /** A step that is neither. */
    public StepBuilder add(String label, Action action) {
        StepBuilder step = new StepBuilder(label, action, guard, subject);
        steps.add(step);
        return step;
    }

    /** Memory of the plan's own. */
    public Cell cell(String name, int size) {
        return new Cell(name + "#" + shared.cells++, size);
    }

    /** Steps that run only if an earlier one failed with a tolerated error. */
    public void ifFailed(Register register, Runnable body) {
        guarded(new Guard.IfFailed(register), body);
    }

    /** Steps that run only if an earlier one succeeded. */
    public void ifSucceeded(Register register, Runnable body) {
        guarded(new Guard.IfSucceeded(register), body);
    }

    private void guarded(Guard inner, Runnable body) {
        Guard outer = guard;
        guard = inner;
        body.run();
        guard = outer;
    }

    /** Steps whose failure is about something that the user named. */
    public void about(Subject inner, Runnable body) {
        Subject outer = subject;
        subject = inner;
        body.run();
        subject = outer;
    }

    private Register newRegister() {
        if (shared.registers == MAX_REGISTERS) {
            throw new io.whalebox.linux.WhaleboxException(
                    io.whalebox.linux.ErrorKind.INVALID, "the container has too many mounts for one plan");
        }
        return new Register(shared.registers++);
    }

    /** The details of a step that most steps do without. */
    public final class StepBuilder {
        private final String label;
        private final Action action;
        private final Subject about;
        private final Guard condition;
        private final List<Errno> tolerated = new ArrayList<>();
        private Optional<Register> result = Optional.empty();

        private StepBuilder(String label, Action action, Guard guard, Subject subject) {
            this.label = label;
            this.action = action;
            this.condition = guard;
            this.about = subject;
        }

        /** These errors are expected and do not end the plan. */
        public StepBuilder tolerate(Errno... errors) {
            tolerated.addAll(List.of(errors));
            return this;
        }

        /** Keeps what the step returns. */
        public Register result() {
            if (result.isEmpty()) {
                result = Optional.of(newRegister());
            }
            return result.get();
        }

        /** Keeps what the step returns in the register of an earlier one, which it repeats. */
        public void again(Register register) {
            result = Optional.of(register);
        }

        private Step build() {
            return new Step(label, action, condition, tolerated, result, about);
        }
    }
}
