package io.whalebox.runtime.cgroup;

import io.whalebox.runtime.cgroup.Resources.BlockIo;
import io.whalebox.runtime.cgroup.Resources.Cpu;
import io.whalebox.runtime.cgroup.Resources.Memory;
import io.whalebox.runtime.cgroup.Resources.Pids;
import io.whalebox.runtime.cgroup.Resources.ThrottleDevice;
import io.whalebox.runtime.cgroup.Resources.WeightDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Puts {@link Resources} together; the units and meanings are told there. */
public final class ResourcesBuilder {
    /** What Docker makes of {@code --cpus}: a quota of this many microseconds. */
    private static final long NANO_CPUS_PERIOD = 100_000;

    private static final long NANO = 1_000_000_000;

    private List<DeviceRule> devices = List.of();
    private OptionalLong memoryLimit = OptionalLong.empty();
    private OptionalLong memoryReservation = OptionalLong.empty();
    private OptionalLong memorySwap = OptionalLong.empty();
    private OptionalLong memorySwappiness = OptionalLong.empty();
    private boolean disableOomKiller;
    private OptionalLong cpuShares = OptionalLong.empty();
    private OptionalLong cpuQuota = OptionalLong.empty();
    private OptionalLong cpuPeriod = OptionalLong.empty();
    private OptionalLong cpuBurst = OptionalLong.empty();
    private OptionalLong cpuIdle = OptionalLong.empty();
    private Optional<String> cpusetCpus = Optional.empty();
    private Optional<String> cpusetMems = Optional.empty();
    private OptionalLong pidsLimit = OptionalLong.empty();
    private OptionalLong blockIoWeight = OptionalLong.empty();
    private final List<WeightDevice> weightDevices = new ArrayList<>();
    private final List<ThrottleDevice> readBps = new ArrayList<>();
    private final List<ThrottleDevice> writeBps = new ArrayList<>();
    private final List<ThrottleDevice> readIops = new ArrayList<>();
    private final List<ThrottleDevice> writeIops = new ArrayList<>();
    private final Map<String, String> unified = new TreeMap<>();

    ResourcesBuilder() {}

    ResourcesBuilder(Resources from) {
        devices = from.devices();
        memoryLimit = from.memory().limit();
        memoryReservation = from.memory().reservation();
        memorySwap = from.memory().swap();
        memorySwappiness = from.memory().swappiness();
        disableOomKiller = from.memory().disableOOMKiller();
        cpuShares = from.cpu().shares();
        cpuQuota = from.cpu().quota();
        cpuPeriod = from.cpu().period();
        cpuBurst = from.cpu().burst();
        cpuIdle = from.cpu().idle();
        cpusetCpus = from.cpu().cpus();
        cpusetMems = from.cpu().mems();
        pidsLimit = from.pids().limit();
        blockIoWeight = from.blockIo().weight();
        weightDevices.addAll(from.blockIo().weightDevice());
        readBps.addAll(from.blockIo().throttleReadBpsDevice());
        writeBps.addAll(from.blockIo().throttleWriteBpsDevice());
        readIops.addAll(from.blockIo().throttleReadIOPSDevice());
        writeIops.addAll(from.blockIo().throttleWriteIOPSDevice());
        unified.putAll(from.unified());
    }

    public ResourcesBuilder devices(List<DeviceRule> rules) {
        devices = List.copyOf(rules);
        return this;
    }

    public ResourcesBuilder memoryLimit(long bytes) {
        memoryLimit = OptionalLong.of(bytes);
        return this;
    }

    public ResourcesBuilder memoryReservation(long bytes) {
        memoryReservation = OptionalLong.of(bytes);
        return this;
    }

    /** Memory and swap together. */
    public ResourcesBuilder memorySwap(long bytes) {
        memorySwap = OptionalLong.of(bytes);
        return this;
    }

    public ResourcesBuilder memorySwappiness(long percent) {
        memorySwappiness = OptionalLong.of(percent);
        return this;
    }

    public ResourcesBuilder disableOomKiller(boolean disable) {
        disableOomKiller = disable;
        return this;
    }

    public ResourcesBuilder cpuShares(long shares) {
        cpuShares = OptionalLong.of(shares);
        return this;
    }

    public ResourcesBuilder cpuQuota(long micros) {
        cpuQuota = OptionalLong.of(micros);
        return this;
    }

    public ResourcesBuilder cpuPeriod(long micros) {
        cpuPeriod = OptionalLong.of(micros);
        return this;
    }

    public ResourcesBuilder cpuBurst(long micros) {
        cpuBurst = OptionalLong.of(micros);
        return this;
    }

    public ResourcesBuilder cpuIdle(boolean idle) {
        cpuIdle = OptionalLong.of(idle ? 1 : 0);
        return this;
    }

    /** Billionths of a processor, as a quota: {@code --cpus 1.5} is 1,500,000,000. */
    public ResourcesBuilder nanoCpus(long nanoCpus) {
        return cpuPeriod(NANO_CPUS_PERIOD)
                .cpuQuota(nanoCpus / NANO * NANO_CPUS_PERIOD + nanoCpus % NANO * NANO_CPUS_PERIOD / NANO);
    }

    public ResourcesBuilder cpusetCpus(String list) {
        cpusetCpus = Optional.of(list);
        return this;
    }

    public ResourcesBuilder cpusetMems(String list) {
        cpusetMems = Optional.of(list);
        return this;
    }

    public ResourcesBuilder pidsLimit(long limit) {
        pidsLimit = OptionalLong.of(limit);
        return this;
    }

    public ResourcesBuilder blockIoWeight(long weight) {
        blockIoWeight = OptionalLong.of(weight);
        return this;
    }

    public ResourcesBuilder weightDevice(WeightDevice device) {
        weightDevices.add(device);
        return this;
    }

    public ResourcesBuilder throttleReadBps(ThrottleDevice device) {
        readBps.add(device);
        return this;
    }

    public ResourcesBuilder throttleWriteBps(ThrottleDevice device) {
        writeBps.add(device);
        return this;
    }

    public ResourcesBuilder throttleReadIops(ThrottleDevice device) {
        readIops.add(device);
        return this;
    }

    public ResourcesBuilder throttleWriteIops(ThrottleDevice device) {
        writeIops.add(device);
        return this;
    }

    /** A file of cgroup v2, such as {@code memory.high}. */
    public ResourcesBuilder unified(String file, String value) {
        unified.put(file, value);
        return this;
    }

    public Resources build() {
        return new Resources(
                devices,
                new Memory(memoryLimit, memoryReservation, memorySwap, memorySwappiness, disableOomKiller),
                new Cpu(cpuShares, cpuQuota, cpuPeriod, cpuBurst, cpusetCpus, cpusetMems, cpuIdle),
                new Pids(pidsLimit),
                new BlockIo(blockIoWeight, weightDevices, readBps, writeBps, readIops, writeIops),
                unified);
    }
}
