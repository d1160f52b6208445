package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.PidFd;
import io.whalebox.linux.Poll;
import io.whalebox.linux.WhaleboxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The same path in every hierarchy of cgroup v1, and in the version 2 one of a hybrid machine. */
final class LegacyCgroup extends Cgroup {
    private static final int SIGKILL = 9;
    private static final long FREEZER_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    /** An unlimited group shows the largest number of whole pages. */
    private static final long UNLIMITED = Long.MAX_VALUE - 65536;

    private final CgroupHierarchy hierarchy;
    private final CgroupFeatures features;

    LegacyCgroup(CgroupHierarchy hierarchy, CgroupFeatures features, CgroupPath path) {
        super(path);
        this.hierarchy = hierarchy;
        this.features = features;
    }

    @Override
    public List<String> directories() {
        return hierarchy.mounts().stream()
                .map(mount -> path().under(mount.mountPoint()))
                .toList();
    }

    @Override
    public CgroupEntry entry() {
        List<Fd> lists = new ArrayList<>();
        try {
            for (String directory : directories()) {
                lists.add(Fd.open(directory + "/cgroup.procs", OpenFlags.O_WRONLY));
            }
            return new CgroupEntry.Joining(lists);
        } catch (RuntimeException e) {
            lists.forEach(Fd::close);
            throw e;
        }
    }

    @Override
    public void update(Resources resources) {
        OptionalLong limit =
                file("memory", "memory.limit_in_bytes").map(Cgroup::number).orElse(OptionalLong.empty());
        new CgroupExecutor().run(LegacyPlanner.limits(hierarchy, features, path(), resources, limit));
    }

    @Override
    void kill(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        Optional<String> unified = unified();
        if (unified.isPresent()) {
            UnifiedCgroup.killAll(unified.get());
        } else {
            // Processes that stand still cannot fork away from the list that we read.
            tryFreeze(end);
        }
        try {
            for (Set<Integer> left = processes(); !left.isEmpty(); left = processes()) {
                killEach(left, end);
                if (System.nanoTime() > end) {
                    throw stillPopulated();
                }
            }
        } finally {
            thaw();
        }
        if (unified.isPresent()
                && !awaitEvent(unified.get(), "populated", 0, Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
            throw stillPopulated();
        }
    }

    /** Kills processes and waits until they have ended. */
    private void killEach(Set<Integer> pids, long end) {
        Map<Integer, PidFd> held = new TreeMap<>();
        try {
            for (int pid : pids) {
                PidFd.find(pid).ifPresent(process -> held.put(pid, process));
            }
            // A number may have gone to a stranger between the reading and the holding. What is held and still in
            // the group is ours.
            Set<Integer> still = processes();
            List<Fd> ending = new ArrayList<>();
            held.forEach((pid, process) -> {
                if (still.contains(pid)) {
                    process.signal(SIGKILL);
                    ending.add(process.descriptor());
                }
            });
            // A frozen process does not even die.
            thaw();
            for (Fd process : ending) {
                long left = Math.max(0, end - System.nanoTime());
                Poll.await(List.of(process), Poll.POLLIN, Duration.ofNanos(left));
            }
        } finally {
            held.values().forEach(PidFd::close);
        }
    }

    @Override
    public boolean isPopulated() {
        return unified()
                        .map(directory -> fieldOf(directory + "/cgroup.events", "populated")
                                        .orElse(0)
                                == 1)
                        .orElse(false)
                || !processes().isEmpty();
    }

    /** Counted in each group for itself, so those inside are asked too. */
    @Override
    public boolean oomKilled() {
        return hierarchy
                .legacy("memory")
                .filter(mount -> tree(path().under(mount.mountPoint())).stream()
                        .anyMatch(group -> fieldOf(group + "/memory.oom_control", "oom_kill")
                                        .orElse(0)
                                > 0))
                .isPresent();
    }

    @Override
    public void freeze() {
        if (file("freezer", "freezer.state").isEmpty()) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "cannot freeze the cgroup " + path() + ": the cgroup controller freezer is not mounted");
        }
        if (!tryFreeze(System.nanoTime() + PATIENCE.toNanos())) {
            thaw();
            throw new WhaleboxException(
                    ErrorKind.UNAVAILABLE,
                    "cannot freeze the cgroup " + path() + ": its processes do not stand still; they wait in the"
                            + " kernel, perhaps for a disk or a network file system");
        }
    }

    /**
     * Asks again and again, since version 1 neither announces the moment nor catches a process that is being born.
     *
     * @return whether all stand still before the end of the time
     */
    private boolean tryFreeze(long end) {
        Optional<String> state = file("freezer", "freezer.state");
        if (state.isEmpty()) {
            return false;
        }
        try {
            do {
                ControlFiles.write(state.get(), "FROZEN");
                if (ControlFiles.read(state.get()).strip().equals("FROZEN")) {
                    return true;
                }
                LockSupport.parkNanos(FREEZER_PAUSE_NANOS);
            } while (System.nanoTime() < end);
            return false;
        } catch (LinuxException e) {
            if (isGone(e)) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public boolean isFrozen() {
        return file("freezer", "freezer.state")
                .flatMap(ControlFiles::find)
                .filter(state -> !state.strip().equals("THAWED"))
                .isPresent();
    }

    @Override
    public void thaw() {
        file("freezer", "freezer.state").ifPresent(state -> {
            try {
                ControlFiles.write(state, "THAWED");
            } catch (LinuxException e) {
                if (!isGone(e)) {
                    throw e;
                }
            }
        });
    }

    @Override
    public CgroupStats stats() {
        Optional<Duration> cpu = number("cpuacct", "cpuacct.usage").stream()
                .mapToObj(Duration::ofNanos)
                .findFirst();
        OptionalLong limit = number("memory", "memory.limit_in_bytes");
        return new CgroupStats(
                number("memory", "memory.usage_in_bytes"),
                file("memory", "memory.stat")
                        .map(stat -> fieldOf(stat, "total_inactive_file"))
                        .orElse(OptionalLong.empty()),
                number("memory", "memory.max_usage_in_bytes"),
                limit.orElse(UNLIMITED) >= UNLIMITED ? OptionalLong.empty() : limit,
                cpu,
                transferred("Read"),
                transferred("Write"),
                number("pids", "pids.current"));
    }

    /** The sum over all disks: a line has a disk's numbers, an operation and bytes. */
    private OptionalLong transferred(String operation) {
        return file("blkio", "blkio.throttle.io_service_bytes_recursive")
                .flatMap(ControlFiles::find)
                .map(text -> OptionalLong.of(text.lines()
                        .map(line -> line.split(" ", -1))
                        .filter(words -> words.length == 3 && words[1].equals(operation))
                        .mapToLong(words -> Long.parseLong(words[2]))
                        .sum()))
                .orElse(OptionalLong.empty());
    }

    /** In any hierarchy: whoever may write there can move a process in one of them alone. */
    @Override
    public Set<Integer> processes() {
        Set<Integer> all = new TreeSet<>();
        directories().forEach(directory -> all.addAll(processes(directory)));
        return all;
    }

    private Optional<String> unified() {
        return hierarchy.unified().map(mount -> path().under(mount.mountPoint()));
    }

    private Optional<String> file(String controller, String name) {
        return hierarchy.legacy(controller).map(mount -> path().under(mount.mountPoint()) + "/" + name);
    }

    private OptionalLong number(String controller, String name) {
        return file(controller, name).map(Cgroup::number).orElse(OptionalLong.empty());
    }
}
