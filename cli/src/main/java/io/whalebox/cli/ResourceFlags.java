package io.whalebox.cli;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.runtime.cgroup.DeviceRule;
import io.whalebox.runtime.cgroup.Resources;
import io.whalebox.runtime.cgroup.ResourcesBuilder;
import java.util.List;

/** The options that limit what a container uses, which {@code run}, {@code create} and {@code update} have alike. */
final class ResourceFlags {
    /** Those that can be changed while a container runs. */
    static final List<Flag<?>> CHANGEABLE = List.of(
            RunFlags.BLKIO_WEIGHT,
            RunFlags.CPU_PERIOD,
            RunFlags.CPU_QUOTA,
            RunFlags.CPU_SHARES,
            RunFlags.CPUS,
            RunFlags.CPUSET_CPUS,
            RunFlags.CPUSET_MEMS,
            RunFlags.MEMORY,
            RunFlags.MEMORY_RESERVATION,
            RunFlags.MEMORY_SWAP,
            RunFlags.PIDS_LIMIT);

    private ResourceFlags() {}

    private static void disks(CommandLine line, ResourcesBuilder resources) {
        for (DeviceLimit limit : line.values(DeviceLimit.WEIGHT)) {
            DeviceNumber device = limit.device().represents();
            resources.weightDevice(new Resources.WeightDevice(device.major(), device.minor(), limit.number()));
        }
        line.values(DeviceLimit.READ_BPS).forEach(limit -> resources.throttleReadBps(throttle(limit)));
        line.values(DeviceLimit.WRITE_BPS).forEach(limit -> resources.throttleWriteBps(throttle(limit)));
        line.values(DeviceLimit.READ_IOPS).forEach(limit -> resources.throttleReadIops(throttle(limit)));
        line.values(DeviceLimit.WRITE_IOPS).forEach(limit -> resources.throttleWriteIops(throttle(limit)));
        List<DeviceRule> rules = line.values(DeviceRuleFlag.FLAG);
        if (!rules.isEmpty()) {
            resources.devices(rules);
        }
    }

    private static Resources.ThrottleDevice throttle(DeviceLimit limit) {
        DeviceNumber device = limit.device().represents();
        return new Resources.ThrottleDevice(device.major(), device.minor(), limit.number());
    }

    /** Puts what the command line says over what is there. */
    static ResourcesBuilder apply(CommandLine line, ResourcesBuilder resources) {
        line.value(RunFlags.MEMORY).map(ByteSize::bytes).ifPresent(resources::memoryLimit);
        line.value(RunFlags.MEMORY_RESERVATION).map(ByteSize::bytes).ifPresent(resources::memoryReservation);
        line.value(RunFlags.MEMORY_SWAP).map(ByteSize::bytes).ifPresent(resources::memorySwap);
        line.value(RunFlags.MEMORY_SWAPPINESS).filter(percent -> percent != -1).ifPresent(resources::memorySwappiness);
        line.value(RunFlags.OOM_KILL_DISABLE).ifPresent(resources::disableOomKiller);
        line.value(RunFlags.CPU_SHARES).ifPresent(resources::cpuShares);
        line.value(RunFlags.CPU_PERIOD).ifPresent(resources::cpuPeriod);
        line.value(RunFlags.CPU_QUOTA).ifPresent(resources::cpuQuota);
        line.value(RunFlags.CPUS)
                .map(NanoCpus::billionths)
                .filter(cpus -> cpus != 0)
                .ifPresent(cpus -> {
                    if (line.value(RunFlags.CPU_PERIOD).isPresent()
                            || line.value(RunFlags.CPU_QUOTA).isPresent()) {
                        throw Strconv.invalid(
                                "conflicting options: --cpus is a quota in a period: give it, or --cpu-quota and --cpu-period");
                    }
                    int processors = Runtime.getRuntime().availableProcessors();
                    if (cpus < NanoCpus.LEAST || cpus > processors * NanoCpus.ONE) {
                        throw Strconv.invalid("range of CPUs is from 0.01 to " + processors + ".00, as there are only "
                                + processors + " CPUs available");
                    }
                    resources.nanoCpus(cpus);
                });
        line.value(RunFlags.CPUSET_CPUS).filter(text -> !text.isEmpty()).ifPresent(resources::cpusetCpus);
        line.value(RunFlags.CPUSET_MEMS).filter(text -> !text.isEmpty()).ifPresent(resources::cpusetMems);
        line.value(RunFlags.PIDS_LIMIT).ifPresent(resources::pidsLimit);
        line.value(RunFlags.BLKIO_WEIGHT).ifPresent(resources::blockIoWeight);
        disks(line, resources);
        return resources;
    }
}
