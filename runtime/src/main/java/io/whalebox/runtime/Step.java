package io.whalebox.runtime;

import io.whalebox.linux.Errno;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Register;
import java.util.List;
import java.util.Optional;

/**
 * One thing that the launcher does, and the sentence that says it to a person.
 *
 * @param label what the step achieves, as it would follow "could not": {@code mount proc on /proc}
 * @param action what is done
 * @param guard whether it is done at all
 * @param tolerated errors that do not end the plan; the result is then negative, for a later guard to see
 * @param result the register that keeps what the action returned
 * @param subject what a failure of this step is about, for the one who reports it
 */
public record Step(
        String label, Action action, Guard guard, List<Errno> tolerated, Optional<Register> result, Subject subject) {

    /** How many errors a step can tolerate; the launcher has room for so many. */
    static final int MAX_TOLERATED = 4;

    public Step {
        tolerated = List.copyOf(tolerated);
        if (tolerated.size() > MAX_TOLERATED) {
            throw new IllegalArgumentException("a step tolerates at most " + MAX_TOLERATED + " errors");
        }
    }

    /** The launcher's repertoire; each is an {@code enum op} of {@code plan.h}. */
    public sealed interface Action {
        /** Its number in {@code plan.h}. */
        int op();

        /** What it is done with, in the order of {@code plan.h}. */
        List<Argument> operands(PlanMemory memory);

        /** A raw system call with up to six arguments. */
        record Call(Syscall call, List<Argument> arguments) implements Action {
            public Call {
                arguments = List.copyOf(arguments);
            }

            @Override
            public int op() {
                return PlanEncoding.OP_SYSCALL;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return arguments;
            }
        }

        /** clone3(2); the child goes on at the first step of the section, the parent with the next one. */
        record Fork(Argument arguments, int size, String section) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_FORK;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(arguments, Argument.number(size), Argument.number(memory.sectionStart(section)));
            }
        }

        /** Writes a 32-bit word. */
        record Store(Argument.Cell cell, int offset, Argument value) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_STORE;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(Argument.number(memory.address(cell) + offset), value);
            }
        }

        /** Writes a number as decimal digits, for the paths below {@code /proc} that are named by it. */
        record Decimal(Argument.Cell cell, int offset, Argument value) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_DECIMAL;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(Argument.number(memory.address(cell) + offset), value);
            }
        }

        /** Goes on only if the bits of the value under the mask equal, or do not equal, these. */
        record Check(Argument value, long mask, long other, boolean equal, Errno otherwise) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_CHECK;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(
                        value,
                        Argument.number(mask),
                        Argument.number(other),
                        Argument.number(otherwise.number()),
                        Argument.number(equal ? 1 : 0));
            }
        }

        /** Ends the plan with this error. */
        record Fail(Errno errno) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_FAIL;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(Argument.number(errno.number()));
            }
        }

        /** Tells the engine that the program runs. */
        record ReportStarted(Argument pid) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_REPORT;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(Argument.number(Report.STARTED), pid);
            }
        }

        /** Stays as the parent of the container's process until it ends. */
        record Supervise(Argument pid, Argument pidfd) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_SUPERVISE;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(pid, pidfd);
            }
        }

        /**
         * Stays as the parent of the container's process and serves whoever connects, until it ends.
         *
         * @param what {@code enum monitoring} of {@code plan.h}
         */
        record Monitor(Argument pid, int what, long logBytes, int logFiles) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_MONITOR;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(pid, Argument.number(what), Argument.number(logBytes), Argument.number(logFiles));
            }
        }

        /** Stays as the container's process 1 until its main child ends. */
        record BeInit(Argument pid) implements Action {
            @Override
            public int op() {
                return PlanEncoding.OP_INIT;
            }

            @Override
            public List<Argument> operands(PlanMemory memory) {
                return List.of(pid);
            }
        }
    }

    /** When a step runs. */
    public sealed interface Guard {
        /** Its number in {@code plan.h}. */
        int condition();

        /** Which result it looks at. */
        Optional<Register> asks();

        record Always() implements Guard {
            @Override
            public int condition() {
                return PlanEncoding.ALWAYS;
            }

            @Override
            public Optional<Register> asks() {
                return Optional.empty();
            }
        }

        /** Only if that step returned no error; also when it did not run. */
        record IfSucceeded(Register register) implements Guard {
            @Override
            public int condition() {
                return PlanEncoding.IF_SUCCEEDED;
            }

            @Override
            public Optional<Register> asks() {
                return Optional.of(register);
            }
        }

        /** Only if that step returned a tolerated error. */
        record IfFailed(Register register) implements Guard {
            @Override
            public int condition() {
                return PlanEncoding.IF_FAILED;
            }

            @Override
            public Optional<Register> asks() {
                return Optional.of(register);
            }
        }
    }

    /** What a failure of a step is about. */
    public sealed interface Subject {
        /** The making of the container: its namespaces, mounts, limits. */
        record Setup() implements Subject {}

        /** The program that the user named: it is missing, or can't be executed. */
        record Program(String name) implements Subject {}

        /** The working directory that the user named. */
        record WorkingDirectory(String path) implements Subject {}
    }
}
