package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.WhaleboxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** A group of cgroup v2. */
final class UnifiedCgroup extends Cgroup {
    private final CgroupHierarchy hierarchy;
    private final CgroupFeatures features;
    private final String directory;

    UnifiedCgroup(CgroupHierarchy hierarchy, CgroupFeatures features, CgroupPath path) {
        super(path);
        this.hierarchy = hierarchy;
        this.features = features;
        this.directory = path.under(hierarchy.unified().orElseThrow().mountPoint());
    }

    @Override
    public List<String> directories() {
        return List.of(directory);
    }

    @Override
    public CgroupEntry entry() {
        return new CgroupEntry.Birth(Fd.open(directory, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY));
    }

    @Override
    public void update(Resources resources) {
        new CgroupExecutor().run(UnifiedPlanner.limits(hierarchy, features, path(), resources));
    }

    @Override
    void kill(Duration patience) {
        killAll(directory);
        if (!awaitEvent(directory, "populated", 0, patience)) {
            throw stillPopulated();
        }
    }

    /** The kernel kills the whole tree at once, forks that are under way and frozen processes too. */
    static void killAll(String directory) {
        try {
            ControlFiles.write(directory + "/cgroup.kill", "1");
        } catch (LinuxException e) {
            if (!isGone(e)) {
                throw e;
            }
        }
    }

    @Override
    public boolean isPopulated() {
        return fieldOf(directory + "/cgroup.events", "populated").orElse(0) == 1;
    }

    @Override
    public boolean oomKilled() {
        return fieldOf(directory + "/memory.events", "oom_kill").orElse(0) > 0;
    }

    @Override
    public void freeze() {
        ControlFiles.write(directory + "/cgroup.freeze", "1");
        if (!awaitEvent(directory, "frozen", 1, PATIENCE)) {
            thaw();
            throw new WhaleboxException(
                    ErrorKind.UNAVAILABLE,
                    "cannot freeze the cgroup " + path() + ": its processes do not stand still; they wait in the"
                            + " kernel, perhaps for a disk or a network file system");
        }
    }

    @Override
    public void thaw() {
        ControlFiles.write(directory + "/cgroup.freeze", "0");
    }

    @Override
    public boolean isFrozen() {
        return fieldOf(directory + "/cgroup.events", "frozen").orElse(0) == 1;
    }

    @Override
    public CgroupStats stats() {
        Optional<Duration> cpu = fieldOf(directory + "/cpu.stat", "usage_usec").stream()
                .mapToObj(micros -> Duration.ofNanos(micros * 1000))
                .findFirst();
        return new CgroupStats(
                number(directory + "/memory.current"),
                fieldOf(directory + "/memory.stat", "inactive_file"),
                number(directory + "/memory.peak"),
                number(directory + "/memory.max"),
                cpu,
                transferred("rbytes="),
                transferred("wbytes="),
                number(directory + "/pids.current"));
    }

    /** The sum of one word of all disks. */
    private OptionalLong transferred(String key) {
        return ControlFiles.find(directory + "/io.stat")
                .map(text -> OptionalLong.of(text.lines()
                        .flatMap(line -> Stream.of(line.split(" ", -1)))
                        .filter(word -> word.startsWith(key))
                        .mapToLong(word -> Long.parseLong(word.substring(key.length())))
                        .sum()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public Set<Integer> processes() {
        return processes(directory);
    }
}
