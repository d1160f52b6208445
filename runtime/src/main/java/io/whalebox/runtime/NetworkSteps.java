package io.whalebox.runtime;

import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.linux.OpenFlags.O_RDONLY;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.Argument.words;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Errno;
import io.whalebox.linux.FileConstants;
import io.whalebox.linux.ProcessConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;

/** How a container comes to its network namespace ({@link NetworkStart}). */
final class NetworkSteps {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private NetworkSteps() {}

    /** In the container: enters the namespace that was made ready. */
    static void join(PlanBuilder plan, int descriptor) {
        plan.call(
                "enter the network namespace that is ready",
                Syscall.SETNS,
                number(descriptor),
                constant(ProcessConstants.CLONE_NEWNET));
    }

    /**
     * In the launcher: hands the namespace that the container was born with to the engine, and waits until that has
     * connected it.
     *
     * @param process the container's directory in /proc
     */
    static void handOver(PlanBuilder plan, Register process, int socket) {
        Register namespace = plan.call(
                        "open its network namespace",
                        Syscall.OPENAT,
                        result(process),
                        text("ns/net"),
                        new Argument.Immediate(O_RDONLY | O_CLOEXEC, "O_RDONLY|O_CLOEXEC"),
                        number(0))
                .result();
        Cell control = plan.cell("control message", ConsoleSteps.controlSize(1));
        int headerAndDescriptor = ConsoleSteps.FIRST_DESCRIPTOR + Integer.BYTES;
        plan.add("address it to the engine", new Step.Action.Store(control, 0, number(headerAndDescriptor)));
        plan.add("by the level of sockets", new Step.Action.Store(control, 8, number(SOL_SOCKET)));
        plan.add("as a descriptor", new Step.Action.Store(control, 12, number(SCM_RIGHTS)));
        plan.add(
                "which is the namespace",
                new Step.Action.Store(control, ConsoleSteps.FIRST_DESCRIPTOR, result(namespace)));
        plan.call(
                "send it to the engine",
                Syscall.SENDMSG,
                number(socket),
                words(
                        "{a byte with " + control.name() + "}",
                        number(0),
                        number(0),
                        words("[\".\"]", text("."), number(1)),
                        number(1),
                        new Argument.Address(control),
                        number(control.size()),
                        number(0)),
                constant(FileConstants.MSG_NOSIGNAL));
        Cell answer = plan.cell("answer", 8);
        Register got = plan.call(
                        "wait until it is connected",
                        Syscall.READ,
                        number(socket),
                        new Argument.Address(answer),
                        number(1))
                .result();
        // The engine knows why it is not.
        plan.add("see that it is", new Step.Action.Check(result(got), -1, 1, true, Errno.ECANCELED));
    }

    /** In the container: switches on the one interface of a namespace that it was born with. */
    static void raiseLoopback(PlanBuilder plan) {
        Register socket = plan.call(
                        "open a socket",
                        Syscall.SOCKET,
                        constant(FileConstants.AF_INET),
                        constant(FileConstants.SOCK_DGRAM.or(FileConstants.SOCK_CLOEXEC)),
                        number(0))
                .result();
        byte[] request = new byte[40];
        request[0] = 'l';
        request[1] = 'o';
        request[16] = 1;
        plan.call(
                "bring the loopback interface up",
                Syscall.IOCTL,
                result(socket),
                constant(FileConstants.SIOCSIFFLAGS),
                Argument.blob(request, "{\"lo\", IFF_UP}"));
        plan.call("close the socket", Syscall.CLOSE, result(socket));
    }
}
