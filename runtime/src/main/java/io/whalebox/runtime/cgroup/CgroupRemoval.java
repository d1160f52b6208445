package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Removes the directories of a group that has no processes any more. */
final class CgroupRemoval {
    /** Waits of 0.1, 0.2, 0.4 … milliseconds, three seconds in all. */
    private static final int ATTEMPTS = 15;

    private static final long FIRST_WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private CgroupRemoval() {}

    /** Goes on after a failure, so that as little as possible is left. */
    static void remove(List<String> directories) {
        WhaleboxException failure = null;
        for (String directory : directories) {
            try {
                remove(directory);
            } catch (LinuxException e) {
                if (failure == null) {
                    failure = new WhaleboxException(
                            ErrorKind.UNAVAILABLE,
                            "cannot remove the cgroup " + directory + ": "
                                    + e.errno().message() + "; a process may still be in it: cat " + directory
                                    + "/cgroup.procs",
                            e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Whether all are gone; those that are busy stay, and so do those behind them. */
    static boolean removeIfEmpty(List<String> directories) {
        try {
            directories.forEach(ControlFiles::removeDirectory);
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.EBUSY)) {
                return false;
            }
            throw e;
        }
    }

    private static void remove(String directory) {
        long wait = FIRST_WAIT_NANOS;
        for (int attempt = 1; ; attempt++) {
            try {
                ControlFiles.removeDirectory(directory);
                return;
            } catch (LinuxException e) {
                if (!e.is(Errno.EBUSY) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
            // Busy: there are groups inside, or the kernel has not quite let go of the last process, which nothing
            // announces on version 1.
            List<String> inside = ControlFiles.subdirectories(directory);
            if (inside.isEmpty() || attempt > 1) {
                LockSupport.parkNanos(wait);
                wait *= 2;
            }
            inside.forEach(name -> remove(directory + "/" + name));
        }
    }
}
