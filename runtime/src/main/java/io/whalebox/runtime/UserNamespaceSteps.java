package io.whalebox.runtime;

import static io.whalebox.linux.FileConstants.AT_FDCWD;
import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.linux.OpenFlags.O_DIRECTORY;
import static io.whalebox.linux.OpenFlags.O_RDONLY;
import static io.whalebox.linux.OpenFlags.O_WRONLY;
import static io.whalebox.runtime.Argument.blob;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ProcessConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Spec.IdMapping;
import io.whalebox.runtime.Spec.Isolation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who is who in a user namespace (user_namespaces(7)): only a process outside may map more than one id, so the
 * launcher writes the maps, and the container waits at a gate until it has.
 */
final class UserNamespaceSteps {
    private UserNamespaceSteps() {}

    /** A pipe that holds a child back until its parent lets it go; the parent's end by death also ends the wait. */
    record Gate(Cell ends) {
        static Gate make(PlanBuilder plan, String label) {
            Cell ends = plan.cell("pipe", 8);
            plan.call(label, Syscall.PIPE2, new Argument.Address(ends), new Argument.Immediate(O_CLOEXEC, "O_CLOEXEC"));
            return new Gate(ends);
        }

        Argument readEnd() {
            return new Argument.Load(ends, 0);
        }

        Argument writeEnd() {
            return new Argument.Load(ends, 4);
        }

        void open(PlanBuilder parent) {
            parent.call("let it go on", Syscall.WRITE, writeEnd(), text("."), number(1));
        }

        void await(PlanBuilder child) {
            child.call("close the parent's end of the gate", Syscall.CLOSE, writeEnd());
            Cell byteRead = child.cell("byte", 8);
            Register got = child.call(
                            "wait at the gate", Syscall.READ, readEnd(), new Argument.Address(byteRead), number(1))
                    .result();
            child.add(
                    "see that the gate was opened",
                    new Step.Action.Check(new Argument.Result(got), -1, 1, true, Errno.ECANCELED));
        }
    }

    /** A namespace with these maps as a descriptor, for mounts whose owners are to be mapped alike. */
    static Register holder(PlanBuilder plan, Isolation isolation) {
        Gate gate = Gate.make(plan, "make a gate for the holder of the maps");
        Register pid = plan.fork(
                        "start a holder of the maps",
                        CloneArguments.of(ProcessConstants.CLONE_NEWUSER).words(),
                        "holder of the maps",
                        child -> {
                            gate.await(child);
                            child.call("end", Syscall.EXIT_GROUP, number(0));
                        })
                .result();
        Register process = writeMaps(plan, pid, isolation);
        Register namespace = plan.call(
                        "open its user namespace",
                        Syscall.OPENAT,
                        result(process),
                        text("ns/user"),
                        new Argument.Immediate(O_RDONLY | O_CLOEXEC, "O_RDONLY|O_CLOEXEC"),
                        number(0))
                .result();
        gate.open(plan);
        plan.call("wait for the holder's end", Syscall.WAIT4, result(pid), number(0), number(0), number(0));
        return namespace;
    }

    /**
     * Writes the maps of a child's user namespace.
     *
     * @return the child's directory in /proc
     */
    static Register writeMaps(PlanBuilder plan, Register pid, Isolation isolation) {
        // "/proc/" and the digits lie one after the other: the path is complete once the digits are written.
        Cell path = plan.cell("proc path", 24);
        plan.add("write the start of the child's path", store(path, 0, "/pro"));
        plan.add("write the rest of its directory", store(path, 4, "c///"));
        plan.add("write the child's number", new Step.Action.Decimal(path, 8, result(pid)));
        Register process = plan.call(
                        "open the child's directory in /proc",
                        Syscall.OPENAT,
                        constant(AT_FDCWD),
                        new Argument.Address(path),
                        new Argument.Immediate(O_DIRECTORY | O_CLOEXEC, "O_DIRECTORY|O_CLOEXEC"),
                        number(0))
                .result();
        writeMap(plan, process, "uid_map", isolation.uidMappings());
        writeMap(plan, process, "gid_map", isolation.gidMappings());
        return process;
    }

    private static void writeMap(PlanBuilder plan, Register process, String file, List<IdMapping> mappings) {
        Register opened = plan.call(
                        "open " + file,
                        Syscall.OPENAT,
                        result(process),
                        text(file),
                        new Argument.Immediate(O_WRONLY | O_CLOEXEC, "O_WRONLY|O_CLOEXEC"),
                        number(0))
                .result();
        // The kernel takes a map whole, in one write, once.
        String map = mappings.stream().map(mapping -> mapping + "\n").collect(Collectors.joining());
        byte[] bytes = map.getBytes(StandardCharsets.US_ASCII);
        plan.call(
                "map ids: " + map.strip().replace("\n", ", "),
                Syscall.WRITE,
                result(opened),
                blob(bytes, "\"" + map.replace("\n", "\\n") + "\""),
                number(bytes.length));
    }

    private static Step.Action.Store store(Cell cell, int offset, String fourBytes) {
        byte[] bytes = fourBytes.getBytes(StandardCharsets.US_ASCII);
        int word = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24;
        return new Step.Action.Store(cell, offset, new Argument.Immediate(word, "\"" + fourBytes + "\""));
    }

    /** Becomes the namespace's root, which no one is before the maps are written. */
    static void becomeRoot(PlanBuilder plan) {
        plan.call("become group 0 of the namespace", Syscall.SETRESGID, number(0), number(0), number(0));
        plan.call("become user 0 of the namespace", Syscall.SETRESUID, number(0), number(0), number(0));
    }
}
