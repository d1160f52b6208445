package io.whalebox.runtime.cgroup;

import io.whalebox.linux.Fd;
import java.util.List;

/**
 * How a newborn process gets into a group before its first instruction. The descriptors close with this; the process
 * is through the door once it has been cloned, or has written.
 */
public sealed interface CgroupEntry extends AutoCloseable {
    /** All descriptors, for a spawn that must hand them on. */
    List<Fd> descriptors();

    @Override
    default void close() {
        descriptors().forEach(Fd::close);
    }

    /**
     * Version 2: the process is born in it, by clone3(2) with CLONE_INTO_CGROUP.
     *
     * @param group the group's directory, opened with O_PATH
     */
    record Birth(Fd group) implements CgroupEntry {
        @Override
        public List<Fd> descriptors() {
            return List.of(group);
        }
    }

    /**
     * Version 1 and hybrid: the child itself writes {@code 0}, which means the writer, into each before it does
     * anything else. Its cgroup namespace may be made only after, since its roots are where the process then is.
     *
     * @param processLists the {@code cgroup.procs} of the group in each hierarchy, open for writing
     */
    record Joining(List<Fd> processLists) implements CgroupEntry {
        public Joining {
            processLists = List.copyOf(processLists);
        }

        @Override
        public List<Fd> descriptors() {
            return processLists;
        }
    }
}
