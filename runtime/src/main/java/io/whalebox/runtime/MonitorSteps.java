package io.whalebox.runtime;

import static io.whalebox.linux.FileConstants.AT_FDCWD;
import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.linux.OpenFlags.O_WRONLY;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.Argument.words;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Errno;
import io.whalebox.linux.FileConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Monitored.Log;
import io.whalebox.runtime.Spec.Isolation;
import io.whalebox.runtime.Spec.Program;
import java.util.Optional;

/**
 * The launcher on its way to becoming a container's monitor: it makes the streams before the container is born, of
 * which each then keeps its own ends, and puts what it will need where {@code monitor.c} expects it.
 */
final class MonitorSteps {
    /** What a monitor's launcher is born with, or leaves free ({@code plan.h}). */
    static final int LOCK_FD = 5;

    static final int DIRECTORY_FD = 6;
    static final int LISTENER_FD = 7;
    static final int INPUT_FD = 8;
    static final int OUTPUT_FD = 9;
    static final int ERROR_FD = 10;
    static final int FIRST_CGROUP_FD = 11;

    static final int TERMINAL = 1;
    static final int INPUT = 2;
    static final int LOG = 4;

    /** Almost the last to be killed: the container would go with it. */
    private static final String OUT_OF_MEMORY_SCORE = "-999";

    private static final Argument CLOEXEC = new Argument.Immediate(O_CLOEXEC, "O_CLOEXEC");

    private MonitorSteps() {}

    /** The streams between a container and its monitor. */
    sealed interface Streams {}

    /** Two integers each: the end to read from and the one to write to. */
    record Pipes(Optional<Cell> input, Cell output, Cell error) implements Streams {}

    /** A pair of sockets, over which the container hands its terminal to the monitor. */
    record Terminal(Cell sockets) implements Streams {
        Argument containersEnd() {
            return new Argument.Load(sockets, 4);
        }
    }

    /** Before the container is born. */
    static Streams prepare(PlanBuilder plan, Program program, Isolation isolation, Monitored monitored) {
        plan.call("forget how an earlier run ended", Syscall.UNLINKAT, number(DIRECTORY_FD), text("exit"), number(0))
                .tolerate(Errno.ENOENT);
        if (program.console().isPresent()) {
            Cell sockets = plan.cell("sockets", 8);
            plan.call(
                    "make a way to hand over the terminal",
                    Syscall.SOCKETPAIR,
                    constant(FileConstants.AF_UNIX),
                    constant(FileConstants.SOCK_SEQPACKET.or(FileConstants.SOCK_CLOEXEC)),
                    number(0),
                    new Argument.Address(sockets));
            return new Terminal(sockets);
        }
        int owner = isolation.hostUid(program.user().uid());
        return new Pipes(
                monitored.input() ? Optional.of(pipe(plan, "standard input", owner)) : Optional.empty(),
                pipe(plan, "standard output", owner),
                pipe(plan, "standard error", owner));
    }

    /** Programs open their streams again by their names in {@code /dev}, as whoever they run as. */
    private static Cell pipe(PlanBuilder plan, String what, int owner) {
        Cell ends = plan.cell("pipe", 8);
        plan.call("make a pipe for " + what, Syscall.PIPE2, new Argument.Address(ends), CLOEXEC);
        if (owner != 0) {
            plan.call(
                    "give it to the program's user",
                    Syscall.FCHOWN,
                    new Argument.Load(ends, 0),
                    number(owner),
                    number(-1));
        }
        return ends;
    }

    /** In the container: makes its ends of pipes the program's streams; a terminal is connected as ever. */
    static void connect(PlanBuilder plan, Streams streams) {
        if (streams instanceof Pipes pipes) {
            connect(plan, pipes);
        }
    }

    private static void connect(PlanBuilder plan, Pipes pipes) {
        pipes.input()
                .ifPresent(input -> plan.call(
                        "connect standard input", Syscall.DUP3, new Argument.Load(input, 0), number(0), number(0)));
        plan.call("connect standard output", Syscall.DUP3, new Argument.Load(pipes.output(), 4), number(1), number(0));
        plan.call("connect standard error", Syscall.DUP3, new Argument.Load(pipes.error(), 4), number(2), number(0));
    }

    /** In the launcher, after the container's birth: takes its own ends, and puts them where the monitor looks. */
    static void take(PlanBuilder plan, Streams streams) {
        switch (streams) {
            case Pipes pipes -> {
                pipes.input()
                        .ifPresentOrElse(
                                input -> move(plan, "the end of its input", new Argument.Load(input, 4), INPUT_FD),
                                () -> plan.call("have no input for it", Syscall.CLOSE, number(INPUT_FD)));
                move(plan, "the end of its output", new Argument.Load(pipes.output(), 0), OUTPUT_FD);
                move(plan, "the end of its errors", new Argument.Load(pipes.error(), 0), ERROR_FD);
            }
            case Terminal terminal -> takeTerminal(plan, terminal);
        }
    }

    private static void takeTerminal(PlanBuilder plan, Terminal terminal) {
        plan.call("close the container's end of the sockets", Syscall.CLOSE, terminal.containersEnd());
        Cell control = plan.cell("control message", ConsoleSteps.controlSize(2));
        Cell note = plan.cell("note", Report.SIZE);
        Register received = plan.call(
                        "receive its terminal",
                        Syscall.RECVMSG,
                        new Argument.Load(terminal.sockets(), 0),
                        words(
                                "{" + note.name() + " with " + control.name() + "}",
                                number(0),
                                number(0),
                                words("[" + note.name() + "]", new Argument.Address(note), number(Report.SIZE)),
                                number(1),
                                new Argument.Address(control),
                                number(control.size()),
                                number(0)),
                        constant(FileConstants.MSG_CMSG_CLOEXEC))
                .result();
        // The container has reported why it could not.
        plan.add(
                "see that there is one",
                new Step.Action.Check(result(received), -1, Report.SIZE, true, Errno.ECANCELED));
        move(plan, "the terminal", new Argument.Load(control, ConsoleSteps.FIRST_DESCRIPTOR), OUTPUT_FD);
        move(plan, "its other side", new Argument.Load(control, ConsoleSteps.FIRST_DESCRIPTOR + 4), ERROR_FD);
        plan.call("have no pipe for its input", Syscall.CLOSE, number(INPUT_FD));
    }

    private static void move(PlanBuilder plan, String what, Argument descriptor, int number) {
        plan.call("hold " + what + " by " + number, Syscall.DUP3, descriptor, number(number), CLOEXEC);
    }

    /** In the launcher: the container's own score is set inside, or inherited before this. */
    static void spareFromOutOfMemory(PlanBuilder plan) {
        Register score = plan.call(
                        "open this process's score for when memory runs out",
                        Syscall.OPENAT,
                        constant(AT_FDCWD),
                        text("/proc/self/oom_score_adj"),
                        new Argument.Immediate(O_WRONLY | O_CLOEXEC, "O_WRONLY|O_CLOEXEC"),
                        number(0))
                .tolerate(Errno.EACCES, Errno.ENOENT)
                .result();
        plan.ifSucceeded(
                score,
                () -> plan.call(
                                "set it to " + OUT_OF_MEMORY_SCORE,
                                Syscall.WRITE,
                                result(score),
                                text(OUT_OF_MEMORY_SCORE),
                                number(OUT_OF_MEMORY_SCORE.length()))
                        // Only the machine's root may lower it.
                        .tolerate(Errno.EACCES, Errno.EPERM));
    }

    /** In the launcher: the last step. */
    static void monitor(PlanBuilder plan, Argument pid, Streams streams, Monitored monitored) {
        int bits = (streams instanceof Terminal ? TERMINAL : 0)
                | (streams instanceof Pipes pipes && pipes.input().isPresent() ? INPUT : 0)
                | (monitored.log() instanceof Log.Files ? LOG : 0);
        Log.Files files = monitored.log() instanceof Log.Files some ? some : Log.Files.UNLIMITED;
        plan.add("monitor it", new Step.Action.Monitor(pid, bits, files.maxBytes(), files.maxFiles()));
    }
}
