package io.whalebox.runtime;

import io.whalebox.linux.ControlListener;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FileLock;
import java.util.List;

/**
 * What a monitor gets from the engine that starts it. It has descriptors of its own, so the engine can close these
 * once the container has started.
 *
 * @param lock a lock that is held for as long as the monitor lives: the engine's letting go of it does not free it
 * @param directory where the log, and in the end the exit file, are written
 * @param listener the socket that later engines connect to; it has to lie in a directory that only the store's owner can
 *     enter, for whoever can connect can do everything with the container
 * @param entries descriptors of what the plan enters: the process whose namespaces it joins, if it joins any
 *     ({@link ExecCompiler}), and the control groups
 * @param attachments those that are to miss nothing of what the container writes
 */
public record Inheritance(
        FileLock lock, Directory directory, ControlListener listener, List<Fd> entries, List<Attachment> attachments) {
    /** The monitor's connections, less the engine's own. */
    static final int MAX_ATTACHMENTS = 31;

    public Inheritance {
        entries = List.copyOf(entries);
        attachments = List.copyOf(attachments);
        if (attachments.size() > MAX_ATTACHMENTS) {
            throw new IllegalArgumentException("a monitor serves " + MAX_ATTACHMENTS + " attachments at most");
        }
    }
}
