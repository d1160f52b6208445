package io.whalebox.engine;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.MountNamespace;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.PidFd;
import io.whalebox.linux.RawText;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.storage.Owners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * The way to a container's {@link ContainerTree}. That of one which runs is its programs' own: the kernel shows the root
 * of a process, and a walk from there crosses what is mounted in that process's namespace. For one that does not run its
 * layers and volumes are mounted again, in a namespace that one thread of this process is in, and nobody else.
 */
final class TreeAccess {
    private static final int IN_ROOT = OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS;

    private static final long MOMENT_NANOS = 1_000_000;

    private final Engine engine;
    private final ContainerRecord container;
    private final String called;

    /**
     * @param called how its user calls the container
     */
    TreeAccess(Engine engine, ContainerRecord container, String called) {
        this.engine = engine;
        this.container = container;
        this.called = called;
    }

    <T> T with(Function<ContainerTree, T> work) {
        while (true) {
            if (engine.isRunning(container)) {
                Optional<Directory> root = root();
                if (root.isPresent()) {
                    try (Directory open = root.get()) {
                        return work.apply(tree(open));
                    }
                }
                // It has ended just now, or is about to begin.
                LockSupport.parkNanos(MOMENT_NANOS);
                continue;
            }
            Optional<Ownership.Mark> mark = engine.ownership().tryTake(container.id());
            if (mark.isPresent()) {
                // Held, so that nobody starts it meanwhile: two mounts of one upper layer would spoil it.
                try (Ownership.Mark _ = mark.get()) {
                    return MountNamespace.within(() -> mounted(work));
                }
            }
            LockSupport.parkNanos(MOMENT_NANOS);
        }
    }

    private ContainerTree tree(Directory root) {
        Path directory = engine.home().container(container.id());
        Spec.Isolation isolation = ProcessFile.find(directory)
                .map(ProcessRecord::isolation)
                .orElseGet(() -> new Spec.Isolation(List.of(), List.of(), List.of()));
        return new ContainerTree(
                called,
                action -> engine.events().tell(container, action),
                root,
                new Owners(inside(isolation.uidMappings()), inside(isolation.gidMappings())),
                new Owners(isolation::hostUid, isolation::hostGid));
    }

    private static IntUnaryOperator inside(List<Spec.IdMapping> mappings) {
        return id -> mappings.stream()
                .filter(mapping -> id >= mapping.host() && id < mapping.host() + mapping.size())
                .findFirst()
                .map(mapping -> (int) (mapping.container() + id - mapping.host()))
                .orElse(id);
    }

    /**
     * The root of the container's first process. A number is a process only for as long as that lives: the process is
     * held, then seen to be of the container's group, and after its root has been opened seen to have lived all along.
     */
    private Optional<Directory> root() {
        Optional<Cgroup> group = engine.cgroups().find(container.cgroupPath());
        List<Integer> candidates = group.stream()
                .flatMap(it -> it.processes().stream())
                .sorted(Comparator.comparing((Integer pid) -> !isFirst(pid)))
                .toList();
        for (int pid : candidates) {
            Optional<PidFd> process = PidFd.find(pid);
            if (process.isEmpty()) {
                continue;
            }
            try (PidFd held = process.get()) {
                if (!group.orElseThrow().processes().contains(pid)) {
                    continue;
                }
                Directory root = Directory.open("/proc/" + pid + "/root");
                if (held.isAlive() && !isOfHost(root)) {
                    return Optional.of(root);
                }
                root.close();
            } catch (LinuxException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ESRCH)) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    /** A process that is about to become the container's, or to enter it, has the host's root until then. */
    private static boolean isOfHost(Directory root) {
        try (Directory own = Directory.open("/")) {
            return own.stat().isSameFile(root.stat());
        }
    }

    /** Whether it is process 1 of a PID namespace; others may have gone to another root. */
    private static boolean isFirst(int pid) {
        return ControlFiles.find("/proc/" + pid + "/status")
                .flatMap(status ->
                        status.lines().filter(line -> line.startsWith("NSpid:")).findFirst())
                .filter(line -> line.endsWith("\t1"))
                .isPresent();
    }

    private <T> T mounted(Function<ContainerTree, T> work) {
        Path directory = engine.home().container(container.id());
        List<Directory> lower = new ArrayList<>();
        try {
            StringBuilder options = new StringBuilder("lowerdir=");
            for (Path layer : engine.files(container).lowerDirectories()) {
                // By number, since all options together must fit a page.
                Directory open = Directory.open(layer.toString());
                options.append(lower.isEmpty() ? "" : ":")
                        .append("/proc/self/fd/")
                        .append(open.fd().number());
                lower.add(open);
            }
            String upper = directory.resolve("upper").toString();
            options.append(",upperdir=").append(upper).append(",workdir=").append(directory.resolve("work"));
            MountNamespace.mount("overlay", "overlay", upper, options.toString());
            try (Directory root = Directory.open(upper)) {
                attach(root);
                return work.apply(tree(root));
            }
        } finally {
            lower.forEach(Directory::close);
        }
    }

    private void attach(Directory root) {
        List<MountPoint> mounts = engine.container(container).mounts().stream()
                .filter(mount -> !mount.isTmpfs())
                .sorted(Comparator.comparingLong(mount ->
                        mount.destination().chars().filter(c -> c == '/').count()))
                .toList();
        for (MountPoint mount : mounts) {
            boolean file = Files.isRegularFile(Path.of(mount.source()));
            try (Fd target = target(root, mount.destination(), file)) {
                MountNamespace.bind(mount.source(), target, mount.readWrite());
            } catch (LinuxException e) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "cannot mount " + mount.source() + " on " + mount.destination() + " of container " + called
                                + ": " + e.getMessage(),
                        e);
            }
        }
    }

    /** What something is mounted on, which is made where it is missing, as when the container starts. */
    private static Fd target(Directory root, String path, boolean file) {
        byte[] bytes = RawText.bytes(path.substring(1));
        try {
            return root.resolve(bytes, OpenFlags.O_PATH, 0, IN_ROOT);
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        int slash = path.lastIndexOf('/');
        FileName name = FileName.of(path.substring(slash + 1));
        try (Directory parent = slash == 0
                ? root.resolveDirectory(new byte[] {'.'}, IN_ROOT)
                : Directory.owning(target(root, path.substring(0, slash), false))) {
            if (file) {
                parent.open(name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT, 0644).close();
            } else {
                parent.mkdirIfAbsent(name, 0755);
            }
        }
        return root.resolve(bytes, OpenFlags.O_PATH, 0, IN_ROOT);
    }
}
