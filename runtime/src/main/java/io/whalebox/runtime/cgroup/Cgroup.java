package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Poll;
import io.whalebox.linux.WhaleboxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A living group: a container's processes, whoever made them. Holds no descriptor and no state; all that it says is
 * asked of the kernel at that moment. The group may be gone: then it is empty, and removing it is no error.
 */
public abstract sealed class Cgroup permits UnifiedCgroup, LegacyCgroup {
    /** How long killed processes may take to end: those in the kernel's hands (state D) end when it lets them. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CgroupPath path;

    Cgroup(CgroupPath path) {
        this.path = path;
    }

    public CgroupPath path() {
        return path;
    }

    /** Its directory in each hierarchy. */
    public abstract List<String> directories();

    /** The door for a new process; close it once the process is in. */
    public abstract CgroupEntry entry();

    /** Changes limits; what is empty stays as it is, and so do device rules. */
    public abstract void update(Resources resources);

    /**
     * Ends every process in it and in groups inside it, and returns when none is left.
     *
     * @throws WhaleboxException UNAVAILABLE when some have not ended after ten seconds
     */
    public final void kill() {
        kill(PATIENCE);
    }

    abstract void kill(Duration patience);

    /**
     * Removes it, and kills what is still in it. There is nothing in it at the usual end of a container, of which the
     * kernel is asked by trying.
     *
     * @throws WhaleboxException UNAVAILABLE as {@link #kill} does
     */
    public final void end() {
        if (!CgroupRemoval.removeIfEmpty(directories())) {
            kill();
            remove();
        }
    }

    /** Removes it with the groups inside it; it must be empty of processes. */
    public final void remove() {
        CgroupRemoval.remove(directories());
    }

    /** Whether a process that has not ended is in it or in a group inside it. */
    public abstract boolean isPopulated();

    /** Whether the kernel has killed a process of it because memory ran out. */
    public abstract boolean oomKilled();

    /** Stops every process of it, wherever it is, and returns when all stand still. */
    public abstract void freeze();

    public abstract void thaw();

    /** Whether {@link #freeze} is in force. */
    public abstract boolean isFrozen();

    public abstract CgroupStats stats();

    /** The processes in it and in groups inside it, by their numbers in our PID namespace. */
    public abstract Set<Integer> processes();

    /** The groups inside a group, the deepest first, itself last. */
    static List<String> tree(String directory) {
        List<String> tree = new ArrayList<>();
        ControlFiles.subdirectories(directory).forEach(name -> tree.addAll(tree(directory + "/" + name)));
        tree.add(directory);
        return tree;
    }

    static Set<Integer> processes(String directory) {
        Set<Integer> processes = new TreeSet<>();
        for (String group : tree(directory)) {
            ControlFiles.find(group + "/cgroup.procs")
                    .ifPresent(list -> list.lines()
                            .map(Integer::valueOf)
                            // A process of a PID namespace that we do not see has no number for us.
                            .filter(pid -> pid > 0)
                            .forEach(processes::add));
        }
        return processes;
    }

    /** A number that is all a file says; {@code max} and what is not there are empty. */
    static OptionalLong number(String file) {
        return ControlFiles.find(file)
                .map(String::strip)
                .filter(text -> !text.isEmpty() && text.chars().allMatch(Character::isDigit) && text.length() < 19)
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** The number after a word, in a text of lines of two. */
    static OptionalLong field(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(key.length() + 1).strip()))
                .findFirst();
    }

    /** The same from a file, which may not be there. */
    static OptionalLong fieldOf(String file, String key) {
        return ControlFiles.find(file).map(text -> field(text, key)).orElse(OptionalLong.empty());
    }

    /**
     * Waits for a word of {@code cgroup.events} to have a value.
     *
     * @return false when the time was over first
     */
    static boolean awaitEvent(String directory, String key, long value, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try (Fd events = Fd.open(directory + "/cgroup.events", OpenFlags.O_RDONLY)) {
            while (true) {
                // The kernel reports changes since this descriptor was last read, so nothing can be missed between.
                OptionalLong now = field(ControlFiles.reread(events), key);
                if (now.orElse(value) == value) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0 || !Poll.await(List.of(events), Poll.POLLPRI, Duration.ofNanos(left))) {
                    return false;
                }
            }
        } catch (LinuxException e) {
            if (isGone(e)) {
                return true;
            }
            throw e;
        }
    }

    /** The group has been removed, before or after its file was opened. */
    static boolean isGone(LinuxException e) {
        return e.is(Errno.ENOENT) || e.is(Errno.ENODEV);
    }

    WhaleboxException stillPopulated() {
        return new WhaleboxException(
                ErrorKind.UNAVAILABLE,
                "processes of the cgroup " + path + " did not end when killed: " + processes()
                        + "; they wait in the kernel, perhaps for a disk or a network file system");
    }
}
