package io.whalebox.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a container is to be, in the terms of the OCI runtime specification ({@code config.json}), with the root file
 * system as layers where the specification has a path.
 */
public record Spec(
        Program program,
        Root root,
        Optional<String> hostname,
        Optional<String> domainname,
        List<Mount> mounts,
        Isolation isolation,
        Protection protection) {

    public Spec {
        mounts = List.copyOf(mounts);
    }

    /** The program and whom it runs as. {@code args} is never empty; its first element names the program. */
    public record Program(
            List<String> args,
            List<String> env,
            String cwd,
            User user,
            CapabilitySet capabilities,
            List<Rlimit> rlimits,
            boolean noNewPrivileges,
            OptionalInt oomScoreAdj,
            Optional<Console> console,
            boolean init) {
        public Program {
            args = List.copyOf(args);
            env = List.copyOf(env);
            rlimits = List.copyOf(rlimits);
        }
    }

    /** A terminal of the container's own, with its first size in characters; 0 where it is not known. */
    public record Console(int rows, int columns) {}

    /** Numbers inside the container; {@code groups} always includes {@code gid} (CVE-2022-36109). */
    public record User(int uid, int gid, List<Integer> groups) {
        public User {
            groups = List.copyOf(groups);
        }
    }

    /** Where the container's root comes from. */
    public sealed interface Root {
        boolean readOnly();

        /**
         * Layers with the container's own on top.
         *
         * @param lower directories of unpacked layers, the topmost first
         * @param own a directory with the container's own layer in {@code upper}, and {@code work} for the kernel
         * @param fleeting whether the container's own layer is thrown away with it, so that nothing need reach the disk
         */
        record Overlay(List<String> lower, String own, boolean fleeting, boolean readOnly) implements Root {
            public Overlay {
                lower = List.copyOf(lower);
            }
        }

        /** A directory as it is. */
        record Directory(String path, boolean readOnly) implements Root {}

        /** The host's own tree, for a program that is to have other namespaces and not another disk. */
        record Host() implements Root {
            @Override
            public boolean readOnly() {
                return false;
            }
        }
    }

    /**
     * A mount inside the container.
     *
     * @param type a file system's name, or {@code bind}
     * @param options as the specification lists them: {@code ro}, {@code nosuid}, {@code rbind}, {@code rslave}, and
     *     what only the file system understands, such as {@code size=64m}
     * @param shape what the destination has to be, and becomes where it does not exist
     * @param part of a bind: a path below the source that is mounted instead of all of it. Links in it lead nowhere
     *     outside the source, whoever can write there
     */
    public record Mount(
            String destination, String type, String source, List<String> options, Shape shape, Optional<String> part) {
        public Mount {
            options = List.copyOf(options);
        }

        /** A mount of all of its source. */
        public Mount(String destination, String type, String source, List<String> options, Shape shape) {
            this(destination, type, source, options, shape, Optional.empty());
        }
    }

    public enum Shape {
        DIRECTORY,
        FILE
    }

    /**
     * Namespaces and identities.
     *
     * @param fresh those that the container gets anew; the others are the engine's
     * @param uidMappings with a user namespace, who its users are outside; empty without one
     */
    public record Isolation(List<Namespace> fresh, List<IdMapping> uidMappings, List<IdMapping> gidMappings) {
        public Isolation {
            fresh = List.copyOf(fresh);
            uidMappings = List.copyOf(uidMappings);
            gidMappings = List.copyOf(gidMappings);
        }

        public boolean has(Namespace namespace) {
            return fresh.contains(namespace);
        }

        /** Who a user of the container is outside. */
        public int hostUid(int uid) {
            return host(uidMappings, uid);
        }

        /** What a group of the container is outside. */
        public int hostGid(int gid) {
            return host(gidMappings, gid);
        }

        private static int host(List<IdMapping> mappings, int id) {
            return mappings.stream()
                    .filter(mapping -> id >= mapping.container() && id < mapping.container() + mapping.size())
                    .findFirst()
                    .map(mapping -> (int) (mapping.host() + id - mapping.container()))
                    .orElse(id);
        }
    }

    /** {@code size} ids from {@code container} on inside are those from {@code host} on outside. */
    public record IdMapping(long container, long host, long size) {
        @Override
        public String toString() {
            return container + " " + host + " " + size;
        }
    }

    /** What stands between the container and the host beside namespaces. */
    public record Protection(
            Optional<Filter> seccomp,
            List<Device> devices,
            List<String> maskedPaths,
            List<String> readOnlyPaths,
            Map<String, String> sysctl,
            Optional<String> rootPropagation) {
        public Protection {
            devices = List.copyOf(devices);
            maskedPaths = List.copyOf(maskedPaths);
            readOnlyPaths = List.copyOf(readOnlyPaths);
            sysctl = Map.copyOf(sysctl);
        }
    }

    /**
     * A system call filter, compiled for this machine (seccomp(2)).
     *
     * @param program {@code struct sock_filter} after {@code struct sock_filter}
     * @param flags {@code SECCOMP_FILTER_FLAG_*}
     */
    public record Filter(Argument.Bytes program, long flags) {
        public static Filter of(byte[] program, long flags) {
            return new Filter(new Argument.Bytes(program), flags);
        }

        /** The program as the kernel gets it. */
        public byte[] bytes() {
            return program.copy();
        }

        int instructions() {
            return program.size() / 8;
        }
    }

    /** A device node to make, as {@code mknod} takes it; {@code path} is absolute, inside the container. */
    public record Device(char type, String path, int major, int minor, int mode, int uid, int gid) {}

    /** A limit of setrlimit(2), by its number there; {@code -1} is unlimited. */
    public record Rlimit(Resource type, long soft, long hard) {
        /** The kernel's resources with their numbers ({@code asm-generic/resource.h}). */
        public enum Resource {
            CPU(0),
            FSIZE(1),
            DATA(2),
            STACK(3),
            CORE(4),
            RSS(5),
            NPROC(6),
            NOFILE(7),
            MEMLOCK(8),
            AS(9),
            LOCKS(10),
            SIGPENDING(11),
            MSGQUEUE(12),
            NICE(13),
            RTPRIO(14),
            RTTIME(15);

            private final int number;

            Resource(int number) {
                this.number = number;
            }

            /** What setrlimit(2) calls it. */
            public int number() {
                return number;
            }
        }
    }
}
