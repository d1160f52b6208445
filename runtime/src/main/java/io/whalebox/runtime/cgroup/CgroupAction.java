package io.whalebox.runtime.cgroup;

import java.util.List;
import java.util.stream.Stream;

/** One thing that is done to the host to make a group, told before it is done. */
public sealed interface CgroupAction {
    /** Why, for a person. */
    String reason();

    /** What, as a shell command where one does the same. */
    String command();

    /** What else there is to know of it, in lines. */
    default List<String> details() {
        return List.of();
    }

    /**
     * Makes the directory of a group.
     *
     * @param shared a group above, which may be there already; otherwise one that is there is a conflict
     */
    record MakeDirectory(String directory, boolean shared, String reason) implements CgroupAction {
        @Override
        public String command() {
            return (shared ? "mkdir -p " : "mkdir ") + directory;
        }
    }

    /** Writes a value into one of a group's files. */
    record Write(String file, String value, String reason) implements CgroupAction {
        @Override
        public String command() {
            return "echo '" + value + "' > " + file;
        }
    }

    /**
     * Lets the groups inside a group of version 2 count and limit (cgroup.subtree_control).
     *
     * @param needed without which the container's limits could not be set
     * @param wanted further ones; one that the kernel refuses is left out
     */
    record EnableControllers(String directory, List<String> needed, List<String> wanted, String reason)
            implements CgroupAction {
        @Override
        public String command() {
            return "echo '+" + String.join(" +", all()) + "' > " + directory + "/cgroup.subtree_control";
        }

        List<String> all() {
            return Stream.concat(needed.stream(), wanted.stream())
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /** Moves every process of a group of version 2 into another, since groups inside it are to be limited. */
    record MoveProcesses(String from, String to, String reason) implements CgroupAction {
        @Override
        public String command() {
            return "mkdir -p " + to + "; for p in $(cat " + from + "/cgroup.procs); do echo $p > " + to
                    + "/cgroup.procs; done";
        }
    }

    /** Takes over the processors and memory nodes of the group above where it has none of its own (version 1). */
    record InheritCpuset(String directory, String reason) implements CgroupAction {
        @Override
        public String command() {
            return "for f in cpuset.cpus cpuset.mems; do grep -q . " + directory + "/$f || cat " + directory
                    + "/../$f > " + directory + "/$f; done";
        }
    }

    /** Puts a program in charge of which device nodes may be used (version 2). */
    record LoadDeviceFilter(String directory, DeviceFilter filter, String reason) implements CgroupAction {
        @Override
        public String command() {
            return "bpf(BPF_PROG_ATTACH, cgroup=" + directory + ", " + filter.rules() + ")";
        }

        @Override
        public List<String> details() {
            return filter.listing();
        }
    }
}
