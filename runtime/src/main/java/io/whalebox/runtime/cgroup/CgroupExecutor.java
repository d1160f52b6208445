package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.Errno;
import io.whalebox.linux.Fd;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.OpenFlags;
import io.whalebox.runtime.cgroup.CgroupAction.EnableControllers;
import io.whalebox.runtime.cgroup.CgroupAction.InheritCpuset;
import io.whalebox.runtime.cgroup.CgroupAction.LoadDeviceFilter;
import io.whalebox.runtime.cgroup.CgroupAction.MakeDirectory;
import io.whalebox.runtime.cgroup.CgroupAction.MoveProcesses;
import io.whalebox.runtime.cgroup.CgroupAction.Write;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Does the actions of a plan, and can take back the directories that it made. */
final class CgroupExecutor {
    private static final System.Logger LOG = Loggers.named("io.whalebox.runtime.cgroup");
    private static final int MOVE_ROUNDS = 10;

    private final List<String> made = new ArrayList<>();

    /** The directories that were not there before, in the order of their making. */
    List<String> made() {
        return List.copyOf(made);
    }

    void run(List<CgroupAction> actions) {
        try (CommandFile file = new CommandFile()) {
            for (CgroupAction action : actions) {
                try {
                    run(action, file);
                } catch (LinuxException e) {
                    throw CgroupFailure.explain(action, e);
                }
            }
        }
    }

    private void run(CgroupAction action, CommandFile file) {
        if (action instanceof Write write) {
            file.write(write.file(), write.value());
        } else if (action instanceof MakeDirectory make) {
            makeDirectory(make);
        } else if (action instanceof InheritCpuset inherit) {
            inheritCpuset(inherit.directory());
        } else if (action instanceof EnableControllers enable) {
            enable(enable);
        } else if (action instanceof MoveProcesses move) {
            moveProcesses(move);
        } else if (action instanceof LoadDeviceFilter load) {
            try (Fd group = Fd.open(load.directory(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)) {
                load.filter().attach(group);
            }
        }
    }

    /** Stays open between writes to the same file: a dozen device rules go through one. */
    private static final class CommandFile implements AutoCloseable {
        private String path = "";
        private Optional<Fd> file = Optional.empty();

        void write(String to, String value) {
            if (!to.equals(path)) {
                close();
                file = Optional.of(Fd.open(to, OpenFlags.O_WRONLY));
                path = to;
            }
            file.orElseThrow().write(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            file.ifPresent(Fd::close);
            file = Optional.empty();
            path = "";
        }
    }

    private void makeDirectory(MakeDirectory make) {
        if (ControlFiles.makeDirectory(make.directory())) {
            made.add(make.directory());
        } else if (!make.shared()) {
            throw new LinuxException("mkdir", Errno.EEXIST, make.directory());
        }
    }

    private static void enable(EnableControllers enable) {
        String file = enable.directory() + "/cgroup.subtree_control";
        try {
            ControlFiles.write(file, "+" + String.join(" +", enable.all()));
        } catch (LinuxException allOrNone) {
            // The kernel takes all or none, so the needed ones go alone, and the others one by one as they can.
            if (!enable.needed().isEmpty()) {
                ControlFiles.write(file, "+" + String.join(" +", enable.needed()));
            }
            for (String controller : enable.wanted()) {
                try {
                    ControlFiles.write(file, "+" + controller);
                } catch (LinuxException refused) {
                    // Wanted, not needed: without it the container's use of that kind is not counted.
                    LOG.log(Level.DEBUG, "no controller {0} in {1}: {2}", controller, enable.directory(), refused);
                }
            }
        }
    }

    private static void moveProcesses(MoveProcesses move) {
        ControlFiles.makeDirectory(move.to());
        // Those that are there may fork meanwhile. Whoever is left makes the next step fail, which says so.
        for (int round = 0; round < MOVE_ROUNDS; round++) {
            for (String pid :
                    ControlFiles.read(move.from() + "/cgroup.procs").lines().toList()) {
                moveProcess(pid, move.to());
            }
        }
    }

    private static void moveProcess(String pid, String group) {
        // What a PID namespace hides is shown as 0, which when written would mean ourselves.
        if (pid.equals("0")) {
            return;
        }
        try {
            ControlFiles.write(group + "/cgroup.procs", pid);
        } catch (LinuxException e) {
            if (!e.is(Errno.ESRCH)) {
                throw e;
            }
        }
    }

    private static void inheritCpuset(String directory) {
        boolean empty = false;
        for (String file : List.of("/cpuset.cpus", "/cpuset.mems")) {
            if (ControlFiles.read(directory + file).isBlank()) {
                ControlFiles.write(
                        directory + file,
                        ControlFiles.read(directory + "/.." + file).strip());
                empty = true;
            }
        }
        if (empty) {
            // Groups inside get theirs at birth, which spares each container two writes that rebuild the scheduler's
            // domains. A group that was set up by someone else is not empty and stays as it is.
            ControlFiles.write(directory + "/cgroup.clone_children", "1");
        }
    }

    /** Takes back what was made, the deepest first; what is in use by now stays. */
    void undo(RuntimeException because) {
        for (String directory : made.reversed()) {
            try {
                ControlFiles.removeDirectory(directory);
            } catch (LinuxException e) {
                if (!e.is(Errno.EBUSY)) {
                    because.addSuppressed(e);
                }
            }
        }
    }
}
