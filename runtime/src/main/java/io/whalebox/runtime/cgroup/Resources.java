package io.whalebox.runtime.cgroup;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a container may use: {@code linux.resources} of the OCI runtime specification, in its units and its meaning
 * on cgroup v1 ({@code swap} is memory plus swap, {@code shares} are cpu.shares); the translation to version 2 is
 * done where a group is planned. What is empty stays as the kernel has it.
 *
 * @param unified files of cgroup v2 by name, written as they are; refused on version 1
 */
@Json
public record Resources(
        List<DeviceRule> devices,
        Memory memory,
        Cpu cpu,
        Pids pids,
        @Json.Property("blockIO") BlockIo blockIo,
        Map<String, String> unified) {

    /** No limit at all. */
    public static final Resources NONE = builder().build();

    /** What JSON leaves out arrives as null here, and goes no further. */
    public Resources {
        devices = devices == null ? List.of() : List.copyOf(devices);
        memory = memory == null ? Memory.NONE : memory;
        cpu = cpu == null ? Cpu.NONE : cpu;
        pids = pids == null ? Pids.NONE : pids;
        blockIo = blockIo == null ? BlockIo.NONE : blockIo;
        unified = unified == null ? Map.of() : Map.copyOf(unified);
    }

    public static ResourcesBuilder builder() {
        return new ResourcesBuilder();
    }

    /** A builder that starts from these. */
    public ResourcesBuilder toBuilder() {
        return new ResourcesBuilder(this);
    }

    /**
     * Limits of memory, in bytes; -1: unlimited.
     *
     * @param limit beyond which the group's processes reclaim, and then are killed
     * @param reservation what the group keeps when the machine is short of memory
     * @param swap limit of memory and swap together
     * @param swappiness 0 to 100, version 1 only
     * @param disableOOMKiller processes wait for memory instead of being killed, version 1 only
     */
    @Json
    public record Memory(
            OptionalLong limit,
            OptionalLong reservation,
            OptionalLong swap,
            OptionalLong swappiness,
            boolean disableOOMKiller) {
        public static final Memory NONE = new Memory(
                OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), false);
    }

    /**
     * Shares, limits and places of computing time.
     *
     * @param shares relative weight, 2 to 262144, 1024 being normal
     * @param quota microseconds of processor time in each period; -1: unlimited
     * @param period in microseconds
     * @param burst microseconds that may be saved up from earlier periods
     * @param cpus processors that may be used, such as {@code 0-2,7}
     * @param mems memory nodes that may be used
     * @param idle 1: runs only when nothing else wants to
     */
    @Json
    public record Cpu(
            OptionalLong shares,
            OptionalLong quota,
            OptionalLong period,
            OptionalLong burst,
            Optional<String> cpus,
            Optional<String> mems,
            OptionalLong idle) {
        public static final Cpu NONE = new Cpu(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());

        public Cpu {
            cpus = cpus.filter(list -> !list.isBlank());
            mems = mems.filter(list -> !list.isBlank());
        }
    }

    /**
     * The limit that stops a fork bomb.
     *
     * @param limit how many processes and threads there may be at once; -1 and 0: unlimited
     */
    @Json
    public record Pids(OptionalLong limit) {
        public static final Pids NONE = new Pids(OptionalLong.empty());
    }

    /**
     * Shares and limits of disk traffic.
     *
     * @param weight relative share of each disk, 10 to 1000
     * @param weightDevice the same for single disks
     */
    @Json
    public record BlockIo(
            OptionalLong weight,
            List<WeightDevice> weightDevice,
            List<ThrottleDevice> throttleReadBpsDevice,
            List<ThrottleDevice> throttleWriteBpsDevice,
            List<ThrottleDevice> throttleReadIOPSDevice,
            List<ThrottleDevice> throttleWriteIOPSDevice) {
        public static final BlockIo NONE =
                new BlockIo(OptionalLong.empty(), List.of(), List.of(), List.of(), List.of(), List.of());

        public BlockIo {
            weightDevice = orEmpty(weightDevice);
            throttleReadBpsDevice = orEmpty(throttleReadBpsDevice);
            throttleWriteBpsDevice = orEmpty(throttleWriteBpsDevice);
            throttleReadIOPSDevice = orEmpty(throttleReadIOPSDevice);
            throttleWriteIOPSDevice = orEmpty(throttleWriteIOPSDevice);
        }
    }

    /** A disk's weight for this group. */
    @Json
    public record WeightDevice(long major, long minor, long weight) {}

    /**
     * A disk's limit for this group.
     *
     * @param rate bytes or operations a second
     */
    @Json
    public record ThrottleDevice(long major, long minor, long rate) {}

    private static <T> List<T> orEmpty(List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }
}
