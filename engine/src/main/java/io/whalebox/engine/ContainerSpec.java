package io.whalebox.engine;

import io.avaje.jsonb.Json;
import io.whalebox.image.ContainerDefaults;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.NetworkSpec;
import io.whalebox.runtime.Spec.Rlimit;
import io.whalebox.runtime.cgroup.Resources;
import io.whalebox.runtime.seccomp.SeccompProfile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a user wants of a container. What is left open here is decided by the image, and after that by the engine's
 * defaults, which are Docker's.
 *
 * <p>{@snippet :
 * ContainerSpec spec = ContainerSpec.of("busybox")
 *         .command("sh", "-c", "echo $GREETING")
 *         .env("GREETING=hello")
 *         .build();
 * }
 *
 * @param image a reference, an image id, or a unique prefix of one
 * @param name how the container is called; made up when empty
 * @param annotations what programs outside of the container may want to know of it
 * @param autoRemove whether the container is removed as soon as it ends
 */
@Json
public record ContainerSpec(
        String image,
        Optional<String> name,
        Map<String, String> labels,
        Map<String, String> annotations,
        boolean autoRemove,
        Program program,
        Isolation isolation,
        Security security,
        Files files,
        Limits limits,
        Life life) {

    public ContainerSpec {
        name = name.map(ContainerName::new).map(ContainerName::text);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        life.restart().checkAgainst(autoRemove);
    }

    /** The same with another disk. */
    ContainerSpec with(Files other) {
        return with(autoRemove, isolation, other, limits, life);
    }

    /** The same, but removed as soon as it ends or not. */
    ContainerSpec withAutoRemove(boolean remove) {
        return with(remove, isolation, files, limits, life);
    }

    /** The same with another restart policy. */
    ContainerSpec with(RestartPolicy restart) {
        return with(autoRemove, isolation, files, limits, life.with(restart));
    }

    /** The same with another network. */
    ContainerSpec with(NetworkSpec network) {
        return with(autoRemove, isolation.with(network), files, limits, life);
    }

    /** The same with other limits. */
    ContainerSpec with(Limits other) {
        return with(autoRemove, isolation, files, other, life);
    }

    private ContainerSpec with(
            boolean otherRemoval, Isolation otherIsolation, Files otherFiles, Limits otherLimits, Life otherLife) {
        return new ContainerSpec(
                image,
                name,
                labels,
                annotations,
                otherRemoval,
                program,
                otherIsolation,
                security,
                otherFiles,
                otherLimits,
                otherLife);
    }

    /** Begins a specification with nothing but the image. */
    public static ContainerSpecBuilder of(String image) {
        return new ContainerSpecBuilder(image);
    }

    /**
     * The program and how it is started.
     *
     * @param command replaces the image's command unless empty
     * @param entrypoint replaces the image's entry point, and then its command too; an empty list removes it
     * @param env {@code NAME=value}, over the image's
     * @param user {@code name}, {@code uid}, {@code name:group} or {@code uid:gid}
     * @param groups further groups, by name or number
     * @param terminal whether it gets a terminal
     * @param stdin whether its input is connected; otherwise it reads nothing
     * @param attached which of {@code stdin}, {@code stdout} and {@code stderr} whoever had it made was to be connected to,
     *     for those to know who ask
     * @param init whether process 1 is Whalebox's, to reap orphans and pass signals on
     * @param stopSignal what asks it to end; replaces the image's, which is SIGTERM unless it says otherwise
     */
    @Json
    public record Program(
            List<String> command,
            Optional<List<String>> entrypoint,
            List<String> env,
            Optional<String> workingDirectory,
            Optional<String> user,
            List<String> groups,
            boolean terminal,
            boolean stdin,
            SortedSet<String> attached,
            boolean init,
            Optional<Signal> stopSignal) {
        public Program {
            command = List.copyOf(command);
            entrypoint = entrypoint.map(List::copyOf);
            env = List.copyOf(env);
            groups = List.copyOf(groups);
            // A record of an earlier build has none.
            attached = Collections.unmodifiableSortedSet(
                    new TreeSet<>(Objects.requireNonNullElse(attached, Collections.emptySortedSet())));
            if (workingDirectory.filter(directory -> !directory.startsWith("/")).isPresent()) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "the working directory '" + workingDirectory.get()
                                + "' is invalid, it needs to be an absolute path");
            }
        }
    }

    /** Which namespaces are the container's own, and what it is called in them. */
    @Json
    public record Isolation(
            Optional<String> hostname,
            Optional<String> domainname,
            NetworkSpec network,
            NamespaceMode pid,
            NamespaceMode ipc,
            NamespaceMode uts,
            NamespaceMode cgroup,
            UserMode user) {
        Isolation with(NetworkSpec other) {
            return new Isolation(hostname, domainname, other, pid, ipc, uts, cgroup, user);
        }
    }

    public enum NamespaceMode {
        PRIVATE,
        HOST
    }

    /** Who the container's users are outside. */
    @Json
    @Json.SubType(type = UserMode.Host.class, name = "host")
    @Json.SubType(type = UserMode.Remap.class, name = "remap")
    @Json.SubType(type = UserMode.Mapped.class, name = "mapped")
    public sealed interface UserMode {
        /** Themselves. */
        @Json
        record Host() implements UserMode {}

        /** A range of unprivileged ids: that of {@code whalebox} or {@code dockremap} in subuid(5), else one behind all there. */
        @Json
        record Remap() implements UserMode {}

        /** Ranges that the caller names. */
        @Json
        record Mapped(List<io.whalebox.runtime.Spec.IdMapping> uids, List<io.whalebox.runtime.Spec.IdMapping> gids)
                implements UserMode {
            public Mapped {
                uids = List.copyOf(uids);
                gids = List.copyOf(gids);
            }
        }
    }

    /**
     * What the container may do.
     *
     * @param capAdd capabilities beside the defaults, {@code ALL} for all
     */
    @Json
    public record Security(
            List<String> capAdd,
            List<String> capDrop,
            boolean privileged,
            boolean noNewPrivileges,
            Seccomp seccomp,
            Map<String, String> sysctls,
            List<DeviceMapping> devices) {
        public Security {
            capAdd = List.copyOf(capAdd);
            capDrop = List.copyOf(capDrop);
            sysctls = Map.copyOf(sysctls);
            devices = List.copyOf(devices);
        }
    }

    /** Which system calls are refused. */
    @Json
    @Json.SubType(type = Seccomp.Default.class, name = "default")
    @Json.SubType(type = Seccomp.Unconfined.class, name = "unconfined")
    @Json.SubType(type = Seccomp.Profile.class, name = "profile")
    public sealed interface Seccomp {
        /** Those that Docker refuses. */
        @Json
        record Default() implements Seccomp {}

        @Json
        record Unconfined() implements Seccomp {}

        /** Those of a profile in Docker's format, whose text is kept: the file that it came from may go. */
        @Json
        record Profile(String json) implements Seccomp {
            /**
             * The profile of a file.
             *
             * @throws WhaleboxException NOT_FOUND when there is no such file, INVALID when it is not a profile
             */
            public static Profile of(Path file) {
                return new Profile(SeccompProfile.text(file));
            }
        }
    }

    /** A device of the host; {@code access} is some of {@code rwm}. A directory stands for all devices in it. */
    @Json
    public record DeviceMapping(String host, String container, String access) {}

    /**
     * What the container sees as its disk.
     *
     * @param volumesFrom containers whose mounts it gets as well: a name or id, with {@code :ro} or {@code :rw} behind
     * @param shmSize of {@code /dev/shm}, in bytes
     */
    @Json
    public record Files(boolean readOnly, List<MountSpec> mounts, List<String> volumesFrom, OptionalLong shmSize) {
        public Files {
            mounts = List.copyOf(mounts);
            volumesFrom = List.copyOf(volumesFrom);
        }
    }

    /** Something mounted at an absolute path in the container. */
    @Json
    @Json.SubType(type = MountSpec.Bind.class, name = "bind")
    @Json.SubType(type = MountSpec.Tmpfs.class, name = "tmpfs")
    @Json.SubType(type = MountSpec.Volume.class, name = "volume")
    public sealed interface MountSpec {
        String target();

        /**
         * A file or directory of the host.
         *
         * @param access whether the container may write
         * @param propagation {@code rprivate}, {@code private}, {@code rslave}, {@code slave}, {@code rshared} or
         *     {@code shared}
         * @param recursive whether mounts below the source come along
         * @param createSource whether a missing source becomes an empty directory, instead of an error
         */
        @Json
        record Bind(
                String source,
                String target,
                Access access,
                String propagation,
                boolean recursive,
                boolean createSource)
                implements MountSpec {}

        /** What a container may do with a bind mount. */
        enum Access {
            READ_WRITE,
            /** Nothing is written, neither to the source nor to what is mounted below it. */
            READ_ONLY,
            /** What is mounted below the source stays as writable as it is. */
            READ_ONLY_ON_TOP
        }

        /**
         * A volume of the store, which is made where it does not exist.
         *
         * @param name empty for one that is the container's alone
         * @param noCopy whether it stays empty instead of getting what the image has at the target
         * @param subpath a directory in it that is mounted instead of all of it, or empty
         * @param labels of a volume that is made
         * @param driverOptions of a volume that is made
         */
        @Json
        record Volume(
                String name,
                String target,
                boolean readOnly,
                boolean noCopy,
                String subpath,
                Map<String, String> labels,
                Map<String, String> driverOptions)
                implements MountSpec {
            public Volume {
                labels = Map.copyOf(labels);
                driverOptions = Map.copyOf(driverOptions);
            }

            /** One without anything special. */
            public static Volume of(String name, String target, boolean readOnly) {
                return new Volume(name, target, readOnly, false, "", Map.of(), Map.of());
            }
        }

        /** A file system in memory, with mount options such as {@code size=64m} or {@code noexec}. */
        @Json
        record Tmpfs(String target, List<String> options) implements MountSpec {
            public Tmpfs {
                options = List.copyOf(options);
            }
        }
    }

    /** What the container may use. */
    @Json
    public record Limits(
            Resources resources, Optional<String> cgroupParent, List<Rlimit> rlimits, OptionalInt oomScoreAdj) {
        public Limits {
            rlimits = List.copyOf(rlimits);
        }
    }

    /**
     * What becomes of the container over time.
     *
     * @param restart when it is started again after its end
     * @param stopTimeoutSeconds how long it may take to end when asked, before force is used; -1: as long as it likes
     * @param health how its health is checked, over what its image says
     * @param logging where its output is recorded
     */
    @Json
    public record Life(
            RestartPolicy restart,
            OptionalInt stopTimeoutSeconds,
            Optional<ContainerDefaults.Healthcheck> health,
            Logging logging) {
        private static final long SHORTEST_NANOS = 1_000_000;

        Life with(RestartPolicy other) {
            return new Life(other, stopTimeoutSeconds, health, logging);
        }

        public Life {
            health.ifPresent(check -> {
                checkTime("Interval", check.intervalNanos());
                checkTime("Timeout", check.timeoutNanos());
                checkTime("StartPeriod", check.startPeriodNanos());
                checkTime("StartInterval", check.startIntervalNanos());
            });
        }

        private static void checkTime(String what, long nanos) {
            if (nanos != 0 && nanos < SHORTEST_NANOS) {
                throw new WhaleboxException(ErrorKind.INVALID, what + " in Healthcheck cannot be less than 1ms");
            }
        }
    }
}
