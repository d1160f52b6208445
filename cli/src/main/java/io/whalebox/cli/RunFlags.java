package io.whalebox.cli;

import io.whalebox.engine.RestartPolicy;
import io.whalebox.runtime.DetachKeys;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The options of {@code run}. */
final class RunFlags {
    // What runs and how it is reached.
    static final Flag<Boolean> INTERACTIVE = Flag.toggle("interactive", "Connect standard input to the container")
            .shorthand('i');
    static final Flag<Boolean> TTY =
            Flag.toggle("tty", "Give the container a terminal").shorthand('t');
    static final Flag<Boolean> DETACH = Flag.toggle("detach", "Leave the container to itself, and print its id")
            .shorthand('d');
    static final Flag<String> DETACH_KEYS = Flag.text(
                    "detach-keys", "Keys that leave the container's terminal without ending anything")
            .standard("\"ctrl-p,ctrl-q\"");
    static final Flag<String> LOG_DRIVER = Flag.text(
                    "log-driver",
                    "How output is recorded: \"json-file\", \"local\" or \"k8s-file\", which are one, or \"none\"")
            .standard("\"json-file\"");
    static final Flag<String> LOG_OPT =
            Flag.list("log-opt", "list", Function.identity(), "Limits of the record: max-size=SIZE, max-file=NUMBER");
    static final Flag<Boolean> RM = Flag.toggle("rm", "Remove the container when it has ended");
    static final Flag<String> NAME = Flag.text("name", "Name of the container");
    static final Flag<String> ENTRYPOINT = Flag.text("entrypoint", "Replace the image's entry point; \"\" removes it");
    static final Flag<String> WORKDIR =
            Flag.text("workdir", "Working directory inside the container").shorthand('w');
    static final Flag<String> USER = Flag.text(
                    "user",
                    "User to run as: a name or number of the container's, with its group behind a colon if wanted")
            .shorthand('u');
    static final Flag<String> GROUP_ADD =
            Flag.list("group-add", "list", Function.identity(), "Further groups of the process, by name or number");
    static final Flag<String> ENV = Flag.list(
                    "env", "list", RunValues::env, "Set an environment variable; a name alone takes the caller's value")
            .shorthand('e');
    static final Flag<String> ENV_FILE =
            Flag.list("env-file", "list", Function.identity(), "Read environment variables from a file");
    static final Flag<Boolean> INIT =
            Flag.toggle("init", "Run a small init as process 1 that passes signals on and reaps orphans");
    static final Flag<String> STOP_SIGNAL = Flag.text("stop-signal", "Signal that asks the container to end");
    static final Flag<Integer> STOP_TIMEOUT = Flag.single(
            "stop-timeout", "int", Strconv::parseInt32, "Seconds that stop waits before it uses force; -1 for ever");
    static final Flag<RestartPolicy> RESTART = Flag.single(
                    "restart",
                    "string",
                    RestartPolicy::parse,
                    "When to start it again: no, on-failure[:RETRIES], always or unless-stopped")
            .standard("\"no\"");
    static final Flag<Boolean> SIG_PROXY =
            Flag.toggle("sig-proxy", "Pass received signals on to the process").standard("true");
    static final Flag<String> LABEL = Flag.list("label", "list", RunValues::label, "Attach a label to the container")
            .shorthand('l');
    static final Flag<String> LABEL_FILE =
            Flag.list("label-file", "list", Function.identity(), "Read labels from a file");
    static final Flag<String> CIDFILE =
            Flag.text("cidfile", "Write the container's id to a file, which must not exist");
    static final Flag<String> PULL = Flag.text(
                    "pull", "When to pull the image first: \"always\", \"missing\" or \"never\"")
            .standard("\"missing\"");
    static final Flag<String> PLATFORM = Flag.text("platform", "Platform of the image, such as linux/arm64");
    static final Flag<Boolean> QUIET =
            Flag.toggle("quiet", "Do not show how the image is pulled").shorthand('q');
    static final Flag<Boolean> EXPLAIN = Flag.toggle(
            "explain", "Print what would be asked of the kernel, in words and as system calls, and do nothing");

    // What it sees as its own machine.
    static final Flag<String> HOSTNAME =
            Flag.text("hostname", "Host name inside the container").shorthand('h');
    static final Flag<String> DOMAINNAME = Flag.text("domainname", "NIS domain name inside the container");
    static final Flag<String> PID = Flag.text("pid", "PID namespace: \"host\" or the container's own");
    static final Flag<String> IPC = Flag.text("ipc", "IPC namespace: \"host\", \"private\" or \"shareable\"");
    static final Flag<String> UTS = Flag.text("uts", "UTS namespace: \"host\" or the container's own");
    static final Flag<String> CGROUPNS = Flag.text("cgroupns", "Cgroup namespace: \"host\" or \"private\"");
    static final Flag<String> USERNS =
            Flag.text("userns", "User namespace: \"host\", or \"remap\" to make its root an unprivileged user outside");

    // Its disk.
    static final Flag<Boolean> READ_ONLY = Flag.toggle("read-only", "Mount the root file system read-only");
    static final Flag<String> VOLUME = Flag.list(
                    "volume",
                    "list",
                    Function.identity(),
                    "Mount a file or directory of the host, or a volume: [SOURCE:]TARGET[:OPTIONS]")
            .shorthand('v');
    static final Flag<MountFlag> MOUNT = Flag.list(
            "mount",
            "mount",
            MountFlag::parse,
            "Mount something: type=TYPE,source=…,target=…; a type is volume, bind or tmpfs");
    static final Flag<String> VOLUMES_FROM = Flag.list(
            "volumes-from", "list", Function.identity(), "Mount what another container has mounted: NAME[:ro]");
    static final Flag<String> VOLUME_DRIVER = Flag.text(
                    "volume-driver", "Driver of volumes that are made for the container; there is \"local\"")
            .standard("\"local\"");
    static final Flag<String> TMPFS =
            Flag.list("tmpfs", "list", Function.identity(), "Mount a file system in memory: TARGET[:OPTIONS]");
    static final Flag<ByteSize> SHM_SIZE = Flag.single("shm-size", "bytes", ByteSize::parse, "Size of /dev/shm");
    static final Flag<String> DEVICE =
            Flag.list("device", "list", Function.identity(), "Give a device of the host: HOST[:CONTAINER][:rwm]");

    // What it may use.
    static final Flag<ByteSize> MEMORY =
            Flag.single("memory", "bytes", ByteSize::parse, "Memory limit").shorthand('m');
    static final Flag<ByteSize> MEMORY_RESERVATION = Flag.single(
            "memory-reservation",
            "bytes",
            ByteSize::parse,
            "Memory that the container keeps when the machine runs short");
    static final Flag<ByteSize> MEMORY_SWAP = Flag.single(
            "memory-swap",
            "bytes",
            ByteSize::parseOrUnlimited,
            "Limit of memory and swap together; -1 for no limit of swap");
    static final Flag<Long> MEMORY_SWAPPINESS = Flag.single(
            "memory-swappiness", "int", Strconv::parseInt, "How readily memory is swapped, 0 to 100 (cgroup v1)");
    static final Flag<Boolean> OOM_KILL_DISABLE = Flag.toggle(
            "oom-kill-disable", "Let the container wait at its memory limit instead of killing (cgroup v1)");
    static final Flag<Integer> OOM_SCORE_ADJ = Flag.single(
            "oom-score-adj",
            "int",
            Strconv::parseInt32,
            "How soon the kernel kills it when memory runs out, -1000 to 1000");
    static final Flag<NanoCpus> CPUS = Flag.single("cpus", "decimal", NanoCpus::parse, "Number of processors");
    static final Flag<Long> CPU_SHARES = Flag.single(
                    "cpu-shares", "int", Strconv::parseInt, "Relative weight of processor time; 1024 is normal")
            .shorthand('c')
            .alsoSpelled("-cpushare");
    static final Flag<Long> CPU_PERIOD =
            Flag.single("cpu-period", "int", Strconv::parseInt, "Period of the processor limit in microseconds");
    static final Flag<Long> CPU_QUOTA = Flag.single(
            "cpu-quota", "int", Strconv::parseInt, "Processor time in each period in microseconds; -1 for no limit");
    static final Flag<String> CPUSET_CPUS =
            Flag.text("cpuset-cpus", "Processors that may be used: 0-3 or 0,1").alsoSpelled("-cpuset");
    static final Flag<String> CPUSET_MEMS = Flag.text("cpuset-mems", "Memory nodes that may be used: 0-3 or 0,1");
    static final Flag<Long> PIDS_LIMIT =
            Flag.single("pids-limit", "int", Strconv::parseInt, "Number of processes and threads; -1 for no limit");
    static final Flag<Integer> BLKIO_WEIGHT = Flag.single(
            "blkio-weight", "uint16", Strconv::parseUint16, "Relative weight of disk traffic, 10 to 1000; 0 for none");
    static final Flag<UlimitFlag> ULIMIT =
            Flag.list("ulimit", "ulimit", UlimitFlag::parse, "Limit of the process: NAME=SOFT[:HARD]");
    static final Flag<String> CGROUP_PARENT = Flag.text("cgroup-parent", "Cgroup under which the container's is made");

    // What it may do.
    static final Flag<Boolean> PRIVILEGED =
            Flag.toggle("privileged", "Give every capability and device, and drop the usual protections");
    static final Flag<String> CAP_ADD = Flag.list("cap-add", "list", Function.identity(), "Add a capability, or ALL");
    static final Flag<String> CAP_DROP =
            Flag.list("cap-drop", "list", Function.identity(), "Drop a capability, or ALL");
    static final Flag<String> SECURITY_OPT = Flag.list(
            "security-opt", "list", Function.identity(), "seccomp=FILE, seccomp=unconfined or no-new-privileges");
    static final Flag<String> SYSCTL =
            Flag.list("sysctl", "map", RunValues::sysctl, "Set a kernel parameter of the container's own namespaces");

    static final Flag<String> ANNOTATION = Flag.list(
            "annotation", "map", RunValues::annotation, "Attach an annotation, which programs outside can read");
    static final Flag<String> ISOLATION =
            Flag.text("isolation", "How the container is kept apart; there is \"default\", which is namespaces");

    private static final List<Flag<?>> OWN = List.of(
            INTERACTIVE,
            TTY,
            DETACH,
            DETACH_KEYS,
            LOG_DRIVER,
            LOG_OPT,
            RM,
            NAME,
            ENTRYPOINT,
            WORKDIR,
            USER,
            GROUP_ADD,
            ENV,
            ENV_FILE,
            INIT,
            STOP_SIGNAL,
            STOP_TIMEOUT,
            RESTART,
            SIG_PROXY,
            LABEL,
            LABEL_FILE,
            CIDFILE,
            PULL,
            PLATFORM,
            QUIET,
            EXPLAIN,
            HOSTNAME,
            DOMAINNAME,
            NetworkFlags.NETWORK,
            NetworkFlags.ALIAS,
            NetworkFlags.LINK,
            NetworkFlags.IP,
            NetworkFlags.IP6,
            NetworkFlags.MAC,
            NetworkFlags.PUBLISH,
            NetworkFlags.PUBLISH_ALL,
            NetworkFlags.EXPOSE,
            NetworkFlags.DNS,
            NetworkFlags.DNS_SEARCH,
            NetworkFlags.DNS_OPTION,
            NetworkFlags.ADD_HOST,
            PID,
            IPC,
            UTS,
            CGROUPNS,
            USERNS,
            READ_ONLY,
            VOLUME,
            MOUNT,
            VOLUMES_FROM,
            VOLUME_DRIVER,
            TMPFS,
            SHM_SIZE,
            DEVICE,
            MEMORY,
            MEMORY_RESERVATION,
            MEMORY_SWAP,
            MEMORY_SWAPPINESS,
            OOM_KILL_DISABLE,
            OOM_SCORE_ADJ,
            CPUS,
            CPU_SHARES,
            CPU_PERIOD,
            CPU_QUOTA,
            CPUSET_CPUS,
            CPUSET_MEMS,
            PIDS_LIMIT,
            BLKIO_WEIGHT,
            ULIMIT,
            CGROUP_PARENT,
            PRIVILEGED,
            CAP_ADD,
            CAP_DROP,
            SECURITY_OPT,
            SYSCTL,
            ChosenStreams.ATTACH,
            ANNOTATION,
            ISOLATION,
            DeviceLimit.WEIGHT,
            DeviceLimit.READ_BPS,
            DeviceLimit.WRITE_BPS,
            DeviceLimit.READ_IOPS,
            DeviceLimit.WRITE_IOPS,
            DeviceRuleFlag.FLAG);

    static final List<Flag<?>> ALL =
            Stream.concat(OWN.stream(), HealthFlags.ALL.stream()).toList();

    /** Those that are about being at a container from its start. */
    private static final Set<String> OF_RUN =
            Set.of(DETACH.name(), DETACH_KEYS.name(), SIG_PROXY.name(), EXPLAIN.name());

    /** The options of {@code create}. */
    static final List<Flag<?>> OF_CREATION =
            ALL.stream().filter(flag -> !OF_RUN.contains(flag.name())).toList();

    private RunFlags() {}

    /** The keys that a user leaves by, as a flag like {@link #DETACH_KEYS} says. */
    static DetachKeys detachKeys(CommandLine line, Flag<String> flag) {
        return line.value(flag)
                .filter(keys -> !keys.isEmpty())
                .map(DetachKeys::of)
                .orElse(DetachKeys.DEFAULT);
    }
}
