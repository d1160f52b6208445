package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.ContainerSpec.NamespaceMode;
import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.engine.ContainerSpec.UserMode;
import io.whalebox.engine.Logging;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.HostEntry;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkSpec;
import io.whalebox.network.PortSpec;
import io.whalebox.runtime.cgroup.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The part {@code HostConfig} of what {@code inspect} tells of a container: what it is on this host. */
final class HostConfigDocument {
    private static final long SHM_SIZE = 64 << 20;

    private final ContainerRecord container;
    private final ContainerSpec spec;
    private final NetworkSpec network;
    private final List<String> links;

    private HostConfigDocument(ContainerRecord container, List<String> links) {
        this.container = container;
        this.links = links;
        spec = container.spec();
        network = spec.isolation().network();
    }

    static Value of(ContainerRecord container, List<String> links) {
        return new HostConfigDocument(container, links).document();
    }

    private Value document() {
        Value.Fields fields = Value.struct("hostconfig");
        life(fields);
        isolation(fields);
        resources(fields);
        return fields.put("MaskedPaths", paths(container.maskedPaths()))
                .put("ReadonlyPaths", paths(container.readOnlyPaths()))
                .putUnlessEmpty("Init", spec.program().init() ? Value.of(true) : Value.nothing())
                .end();
    }

    private static Value paths(List<String> paths) {
        return paths.isEmpty() ? Value.nothing() : Value.of(paths);
    }

    private static Value nothingIfEmpty(List<String> texts) {
        return texts.isEmpty() ? Value.nothing() : ConfigDocument.texts(texts);
    }

    private void life(Value.Fields fields) {
        Logging logging = spec.life().logging();
        fields.put("Binds", nothingIfEmpty(binds()))
                .put("ContainerIDFile", "")
                .put(
                        "LogConfig",
                        Value.struct("logconfig")
                                .put("Type", logging.driver())
                                .put("Config", Value.of(logging.options()))
                                .end())
                .put("NetworkMode", networkMode(network))
                .put("PortBindings", portBindings())
                .put(
                        "RestartPolicy",
                        Value.struct("restartpolicy")
                                .put("Name", spec.life().restart().mode().text())
                                .put("MaximumRetryCount", spec.life().restart().maximumRetries())
                                .end())
                .put("AutoRemove", container.autoRemove())
                .put("VolumeDriver", "")
                .put("VolumesFrom", nothingIfEmpty(spec.files().volumesFrom()))
                .put("ConsoleSize", new Value.Items(List.of(Value.of(0), Value.of(0))));
    }

    private List<String> binds() {
        List<String> binds = new ArrayList<>();
        for (MountSpec mount : spec.files().mounts()) {
            if (mount instanceof MountSpec.Bind bind) {
                binds.add(bind.source() + ":" + bind.target()
                        + (bind.access() == MountSpec.Access.READ_WRITE ? "" : ":ro"));
            } else if (mount instanceof MountSpec.Volume volume
                    && !volume.name().isEmpty()) {
                binds.add(volume.name() + ":" + volume.target() + (volume.readOnly() ? ":ro" : ""));
            }
        }
        return binds;
    }

    /** What it is called on a command line. */
    static String networkMode(NetworkSpec network) {
        return switch (network.mode()) {
            case NetworkMode.None _ -> "none";
            case NetworkMode.Host _ -> "host";
            case NetworkMode.Container other -> "container:" + other.container();
            case NetworkMode.Attached attached ->
                attached.endpoints().stream()
                        .findFirst()
                        .map(EndpointSpec::network)
                        .orElse("none");
        };
    }

    private Value portBindings() {
        SortedMap<String, Value> bindings = new TreeMap<>();
        for (PortSpec port : network.ports()) {
            String name = port.containerPort() + "/" + port.protocol();
            List<Value> all = new ArrayList<>();
            if (bindings.get(name) instanceof Value.Items(List<Value> before)) {
                all.addAll(before);
            }
            all.add(Value.struct("portbinding")
                    .put("HostIp", port.hostAddress())
                    .put("HostPort", hostPort(port))
                    .end());
            bindings.put(name, new Value.Items(all));
        }
        return new Value.Dictionary(bindings);
    }

    private static String hostPort(PortSpec port) {
        if (port.firstHostPort() == 0) {
            return "";
        }
        return port.firstHostPort() == port.lastHostPort()
                ? "" + port.firstHostPort()
                : port.firstHostPort() + "-" + port.lastHostPort();
    }

    private void isolation(Value.Fields fields) {
        ContainerSpec.Isolation isolation = spec.isolation();
        ContainerSpec.Security security = spec.security();
        fields.put("CapAdd", nothingIfEmpty(security.capAdd()))
                .put("CapDrop", nothingIfEmpty(security.capDrop()))
                .put("CgroupnsMode", isolation.cgroup() == NamespaceMode.HOST ? "host" : "private")
                .put("Dns", Value.of(network.dns().servers()))
                .put("DnsOptions", Value.of(network.dns().options()))
                .put("DnsSearch", Value.of(network.dns().search()))
                .put(
                        "ExtraHosts",
                        nothingIfEmpty(network.hosts().stream()
                                .map(HostConfigDocument::host)
                                .toList()))
                .put("GroupAdd", nothingIfEmpty(spec.program().groups()))
                .put("IpcMode", isolation.ipc() == NamespaceMode.HOST ? "host" : "private")
                .put("Cgroup", "")
                .put("Links", nothingIfEmpty(links))
                .put("OomScoreAdj", spec.limits().oomScoreAdj().orElse(0))
                .put("PidMode", host(isolation.pid()))
                .put("Privileged", security.privileged())
                .put("PublishAllPorts", network.publishAll())
                .put("ReadonlyRootfs", spec.files().readOnly())
                .put("SecurityOpt", nothingIfEmpty(securityOptions(security)))
                .putUnlessEmpty("Tmpfs", tmpfs())
                .put("UTSMode", host(isolation.uts()))
                .put("UsernsMode", isolation.user() instanceof UserMode.Host ? "" : "remap")
                .put("ShmSize", spec.files().shmSize().orElse(SHM_SIZE))
                .putUnlessEmpty("Sysctls", Value.of(security.sysctls()))
                .put("Runtime", "whalebox")
                .put("Isolation", "");
    }

    private static String host(NamespaceMode mode) {
        return mode == NamespaceMode.HOST ? "host" : "";
    }

    private static String host(HostEntry entry) {
        return entry.name() + ":" + entry.address();
    }

    private static List<String> securityOptions(ContainerSpec.Security security) {
        List<String> options = new ArrayList<>();
        if (security.noNewPrivileges()) {
            options.add("no-new-privileges");
        }
        switch (security.seccomp()) {
            case Seccomp.Default _ -> {}
            case Seccomp.Unconfined _ -> options.add("seccomp=unconfined");
            case Seccomp.Profile profile -> options.add("seccomp=" + profile.json());
        }
        return options;
    }

    private Value tmpfs() {
        SortedMap<String, String> mounts = new TreeMap<>();
        for (MountSpec mount : spec.files().mounts()) {
            if (mount instanceof MountSpec.Tmpfs tmpfs) {
                mounts.put(tmpfs.target(), String.join(",", tmpfs.options()));
            }
        }
        return Value.of(mounts);
    }

    private void resources(Value.Fields fields) {
        Resources resources = spec.limits().resources();
        Resources.Memory memory = resources.memory();
        Resources.Cpu cpu = resources.cpu();
        Resources.BlockIo disks = resources.blockIo();
        fields.put("CpuShares", cpu.shares().orElse(0))
                .put("Memory", memory.limit().orElse(0))
                .put("NanoCpus", 0)
                .put("CgroupParent", spec.limits().cgroupParent().orElse(""))
                .put("BlkioWeight", disks.weight().orElse(0))
                .put("BlkioWeightDevice", weights(disks))
                .put("BlkioDeviceReadBps", rates(disks.throttleReadBpsDevice()))
                .put("BlkioDeviceWriteBps", rates(disks.throttleWriteBpsDevice()))
                .put("BlkioDeviceReadIOps", rates(disks.throttleReadIOPSDevice()))
                .put("BlkioDeviceWriteIOps", rates(disks.throttleWriteIOPSDevice()))
                .put("CpuPeriod", cpu.period().orElse(0))
                .put("CpuQuota", cpu.quota().orElse(0))
                .put("CpuRealtimePeriod", 0)
                .put("CpuRealtimeRuntime", 0)
                .put("CpusetCpus", cpu.cpus().orElse(""))
                .put("CpusetMems", cpu.mems().orElse(""))
                .put("Devices", devices())
                .put("DeviceCgroupRules", Value.nothing())
                .put("DeviceRequests", Value.nothing())
                .put("MemoryReservation", memory.reservation().orElse(0))
                .put("MemorySwap", memory.swap().orElse(0))
                .put("MemorySwappiness", orNothing(memory.swappiness()))
                .put("OomKillDisable", memory.disableOOMKiller())
                .put("PidsLimit", orNothing(resources.pids().limit()))
                .put("Ulimits", ulimits())
                .put("CpuCount", 0)
                .put("CpuPercent", 0)
                .put("IOMaximumIOps", 0)
                .put("IOMaximumBandwidth", 0);
    }

    private static Value orNothing(OptionalLong number) {
        return number.isEmpty() ? Value.nothing() : Value.of(number.getAsLong());
    }

    private static Value weights(Resources.BlockIo disks) {
        return new Value.Items(disks.weightDevice().stream()
                .<Value>map(disk -> Value.struct("weightdevice")
                        .put("Path", device(disk.major(), disk.minor()))
                        .put("Weight", disk.weight())
                        .end())
                .toList());
    }

    private static Value rates(List<Resources.ThrottleDevice> disks) {
        return new Value.Items(disks.stream()
                .<Value>map(disk -> Value.struct("throttledevice")
                        .put("Path", device(disk.major(), disk.minor()))
                        .put("Rate", disk.rate())
                        .end())
                .toList());
    }

    /** By a name that every host has for it. */
    private static String device(long major, long minor) {
        return "/dev/block/" + major + ":" + minor;
    }

    private Value devices() {
        return new Value.Items(spec.security().devices().stream()
                .<Value>map(device -> Value.struct("device")
                        .put("PathOnHost", device.host())
                        .put("PathInContainer", device.container())
                        .put("CgroupPermissions", device.access())
                        .end())
                .toList());
    }

    private Value ulimits() {
        return new Value.Items(spec.limits().rlimits().stream()
                .<Value>map(limit -> Value.struct("ulimit")
                        .put("Name", limit.type().name().toLowerCase(Locale.ROOT))
                        .put("Hard", limit.hard())
                        .put("Soft", limit.soft())
                        .end())
                .toList());
    }
}
