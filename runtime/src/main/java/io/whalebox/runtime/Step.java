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
        /** A raw system call with up to six arguments. */
        record Call(Syscall call, List<Argument> arguments) implements Action {
            public Call {
                arguments = List.copyOf(arguments);
            }
        }

        /** clone3(2); the child goes on at the first step of the section, the parent with the next one. */
        record Fork(Argument arguments, int size, String section) implements Action {}

        /** Writes a 32-bit word. */
        record Store(Argument.Cell cell, int offset, Argument value) implements Action {}

        /** Writes a number as decimal digits, for the paths below {@code /proc} that are named by it. */
        record Decimal(Argument.Cell cell, int offset, Argument value) implements Action {}

        /** Goes on only if the bits of the value under the mask equal, or do not equal, these. */
        record Check(Argument value, long mask, long other, boolean equal, Errno otherwise) implements Action {}

        /** Ends the plan with this error. */
        record Fail(Errno errno) implements Action {}

        /** Tells the engine that the program runs. */
        record ReportStarted(Argument pid) implements Action {}

        /** Stays as the parent of the container's process until it ends. */
        record Supervise(Argument pid, Argument pidfd) implements Action {}

        /**
         * Stays as the parent of the container's process and serves whoever connects, until it ends.
         *
         * @param what {@code enum monitoring} of {@code plan.h}
         */
        record Monitor(Argument pid, int what, long logBytes, int logFiles) implements Action {}

        /** Stays as the container's process 1 until its main child ends. */
        record BeInit(Argument pid) implements Action {}
    }

    /** When a step runs. */
    public sealed interface Guard {
        record Always() implements Guard {}

        /** Only if that step returned no error; also when it did not run. */
        record IfSucceeded(Register register) implements Guard {}

        /** Only if that step returned a tolerated error. */
        record IfFailed(Register register) implements Guard {}
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
