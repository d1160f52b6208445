package io.whalebox.runtime;

import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.linux.OpenFlags.O_NOCTTY;
import static io.whalebox.linux.OpenFlags.O_RDWR;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.Argument.words;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.FileConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Spec.Console;
import io.whalebox.runtime.Spec.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The container's terminal. It comes from the container's own devpts, so that programs inside find it under its name;
 * the engine or the monitor gets the other side of it.
 */
final class ConsoleSteps {
    private static final Argument OPEN_FLAGS =
            new Argument.Immediate(O_RDWR | O_NOCTTY | O_CLOEXEC, "O_RDWR|O_NOCTTY|O_CLOEXEC");

    /** Where the first descriptor lies in a control message (cmsg(3)). */
    static final int FIRST_DESCRIPTOR = 16;

    private ConsoleSteps() {}

    /** Who gets the terminal's master. */
    sealed interface Recipient {
        /** The engine, on its control socket. */
        record Engine() implements Recipient {}

        /** The monitor, on this socket; and the other side too, to keep the terminal alive. */
        record Monitor(Argument socket) implements Recipient {}
    }

    /**
     * Opens a terminal and sends its master away.
     *
     * @param pts the container's devpts
     * @return the side that the program gets
     */
    static Register open(PlanBuilder plan, Register pts, Console console, Recipient recipient) {
        Register master = plan.call("open a terminal", Syscall.OPENAT, result(pts), text("ptmx"), OPEN_FLAGS, number(0))
                .result();
        Cell unlock = plan.cell("unlock", 8);
        plan.call(
                "unlock it",
                Syscall.IOCTL,
                result(master),
                constant(FileConstants.TIOCSPTLCK),
                new Argument.Address(unlock));
        // By descriptor: there is no path that a link could redirect (CVE-2025-52565).
        Register slave = plan.call(
                        "open its other side",
                        Syscall.IOCTL,
                        result(master),
                        constant(FileConstants.TIOCGPTPEER),
                        OPEN_FLAGS)
                .result();
        if (console.rows() > 0 && console.columns() > 0) {
            plan.call(
                    "set its size",
                    Syscall.IOCTL,
                    result(slave),
                    constant(FileConstants.TIOCSWINSZ),
                    Argument.blob(windowSize(console), "{" + console.rows() + ", " + console.columns() + "}"));
        }
        switch (recipient) {
            case Recipient.Engine _ -> send(plan, number(PlanCompiler.CONTROL_FD), "the engine", List.of(master));
            case Recipient.Monitor monitor -> send(plan, monitor.socket(), "the monitor", List.of(master, slave));
        }
        return slave;
    }

    private static byte[] windowSize(Console console) {
        byte[] size = new byte[8];
        ByteBuffer.wrap(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) console.rows())
                .putShort((short) console.columns());
        return size;
    }

    /** How much room a control message with so many descriptors takes. */
    static int controlSize(int descriptors) {
        return FIRST_DESCRIPTOR + (descriptors * Integer.BYTES + 7) / 8 * 8;
    }

    /** Sends a {@link Report.Note} with descriptors (sendmsg(2), SCM_RIGHTS in unix(7)). */
    private static void send(PlanBuilder plan, Argument socket, String recipient, List<Register> descriptors) {
        Cell control = plan.cell("control message", controlSize(descriptors.size()));
        int headerAndDescriptors = FIRST_DESCRIPTOR + descriptors.size() * Integer.BYTES;
        int solSocket = 1;
        int scmRights = 1;
        plan.add(
                "address the terminal to " + recipient,
                new Step.Action.Store(control, 0, number(headerAndDescriptors)));
        plan.add("by the level of sockets", new Step.Action.Store(control, 8, number(solSocket)));
        plan.add("as a descriptor", new Step.Action.Store(control, 12, number(scmRights)));
        int at = FIRST_DESCRIPTOR;
        for (Register descriptor : descriptors) {
            plan.add(
                    at == FIRST_DESCRIPTOR ? "which is the terminal" : "and its other side",
                    new Step.Action.Store(control, at, result(descriptor)));
            at += Integer.BYTES;
        }
        Argument note = Argument.ints("{NOTE}", Report.NOTE, 0, 0);
        plan.call(
                "send it to " + recipient,
                Syscall.SENDMSG,
                socket,
                words(
                        "{NOTE with " + control.name() + "}",
                        number(0),
                        number(0),
                        words("[NOTE]", note, number(Report.SIZE)),
                        number(1),
                        new Argument.Address(control),
                        number(control.size()),
                        number(0)),
                constant(FileConstants.MSG_NOSIGNAL));
    }

    /** Shows the terminal as {@code /dev/console} too. */
    static void bindConsole(PlanBuilder plan, Register root, Register slave) {
        Register target = PathSteps.require(plan, root, "/dev/console", Shape.FILE);
        Register copy = MountSteps.copyOf(plan, "the terminal", slave, false);
        MountSteps.attach(plan, "show the terminal as /dev/console", copy, target);
    }

    /** Makes the terminal the program's standard streams, and hands it to the program's user. */
    static void connect(PlanBuilder plan, Register slave, int uid) {
        if (uid != 0) {
            plan.call("give the terminal to user " + uid, Syscall.FCHOWN, result(slave), number(uid), number(-1));
        }
        for (int stream = 0; stream <= 2; stream++) {
            plan.call("connect the terminal as " + stream, Syscall.DUP3, result(slave), number(stream), number(0));
        }
    }

    /** Makes it the controlling terminal of a session leader, so that Ctrl-C and job control work. */
    static void control(PlanBuilder plan) {
        plan.call(
                "take control of the terminal", Syscall.IOCTL, number(0), constant(FileConstants.TIOCSCTTY), number(0));
    }
}
