package io.whalebox.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's options that Whalebox does not have, each with its reason: what a user is told who gives one, and what a
 * test holds against Docker's own help, so that none is merely forgotten.
 */
final class AbsentOptions {
    private static final String WINDOWS = "it is for Windows";
    private static final String SWARM = "it is for Swarm clusters, of which Whalebox is no part";
    private static final String TRUST = "Docker has given up its content trust; pull by digest to know what you get";
    private static final String ONE_PLATFORM =
            "each image here is of one platform, chosen when it was pulled: whalebox pull --platform";

    /** Reasons by a command's first name, or nothing for all commands, and the option. */
    private static final Map<String, String> REASONS = reasons();

    private AbsentOptions() {}

    private static Map<String, String> reasons() {
        Map<String, String> entries = new HashMap<>();
        List<String> make = List.of("run", "create");
        put(entries, WINDOWS, make, "cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops");
        put(entries, TRUST, List.of(), "disable-content-trust");
        put(
                entries,
                "Docker has deprecated it, and kernels ignore it since Linux 5.4",
                List.of("run", "create", "update"),
                "kernel-memory");
        put(
                entries,
                "every group above would need a budget of real-time computing, which cgroup v2 and most kernels do not"
                        + " have; --ulimit rtprio=99 with --cap-add SYS_NICE lets programs ask for it",
                List.of("run", "create", "update"),
                "cpu-rt-period",
                "cpu-rt-runtime");
        put(
                entries,
                "it runs a program of NVIDIA's as root for each container; give the devices by --device and the"
                        + " libraries by -v",
                make,
                "gpus");
        put(entries, "Whalebox is the runtime", make, "runtime");
        put(
                entries,
                "sizes of a container's own layer need project quotas, which most file systems here lack; limit a"
                        + " volume, or --tmpfs /path:size=…",
                make,
                "storage-opt");
        put(
                entries,
                "it gives a container the whole machine; mount the socket by -v to say so",
                make,
                "use-api-socket");
        put(
                entries,
                "checkpoints are one of Docker's experiments, with another program",
                List.of("start"),
                "checkpoint",
                "checkpoint-dir");
        put(
                entries,
                "an address of 169.254.0.0/16 leads to no other network; choose one by --ip",
                List.of("run", "create", "network connect"),
                "link-local-ip");
        put(entries, "a link goes with the containers that it is of", List.of("rm"), "link");
        put(entries, SWARM, List.of("network create"), "config-from", "config-only", "ingress", "scope");
        put(entries, SWARM, List.of("network inspect"), "verbose");
        put(
                entries,
                "Whalebox gives out the addresses of its networks itself: see --subnet, --ip-range and --gateway",
                List.of("network create"),
                "ipam-driver",
                "ipam-opt");
        put(entries, "every network has IPv4", List.of("network create"), "ipv4");
        put(entries, "connections here have no options of drivers", List.of("network connect"), "driver-opt");
        put(entries, "which network's gateway is used can't be chosen", List.of("network connect"), "gw-priority");
        put(entries, "nothing keeps a container in a network", List.of("network disconnect"), "force");
        put(
                entries,
                SWARM,
                List.of("volume create"),
                "availability",
                "group",
                "limit-bytes",
                "required-bytes",
                "scope",
                "secret",
                "sharing",
                "topology-preferred",
                "topology-required",
                "type");
        put(entries, SWARM, List.of("volume ls"), "cluster");
        put(entries, ONE_PLATFORM, List.of("push", "history", "image inspect", "rmi"), "platform");
        put(entries, "images here have no untagged parents", List.of("rmi"), "no-prune");
        put(entries, "it is one of Docker's experiments", List.of("images"), "tree");
        put(entries, "there is no Kubernetes here, nor in Docker any more", List.of("version"), "kubeconfig");
        put(entries, "output is recorded without further attributes", List.of("logs"), "details");
        return entries;
    }

    private static void put(Map<String, String> entries, String reason, List<String> commands, String... options) {
        for (String option : options) {
            for (String command : commands.isEmpty() ? List.of("") : commands) {
                entries.put(command + " --" + option, reason);
            }
        }
    }

    /**
     * Why a command lacks an option of Docker's.
     *
     * @param command by its first name
     * @param option without dashes
     */
    static Optional<String> reason(String command, String option) {
        return Optional.ofNullable(REASONS.get(command + " --" + option))
                .or(() -> Optional.ofNullable(REASONS.get(" --" + option)));
    }
}
