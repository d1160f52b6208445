package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupFeatures.IoWeight;
import io.whalebox.runtime.cgroup.Resources.BlockIo;
import io.whalebox.runtime.cgroup.Resources.Cpu;
import io.whalebox.runtime.cgroup.Resources.Memory;
import io.whalebox.runtime.cgroup.Resources.Pids;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides before anything is made which of a user's limits this machine can keep: nonsense is refused, what is merely
 * missing is left out with a warning. The rules and their words are Docker's, because scripts read them.
 */
final class ResourcesCheck {
    /** Below this not even a shell starts. */
    private static final long MIN_MEMORY = 6L << 20;

    private static final long UNLIMITED = Conversions.UNLIMITED;

    private final boolean unified;
    private final CgroupFeatures features;
    private final List<String> warnings = new ArrayList<>();

    private ResourcesCheck(boolean unified, CgroupFeatures features) {
        this.unified = unified;
        this.features = features;
    }

    static CheckedResources check(boolean unified, CgroupFeatures features, Resources wanted) {
        ResourcesCheck check = new ResourcesCheck(unified, features);
        Resources kept = new Resources(
                wanted.devices(),
                check.memory(wanted.memory()),
                check.cpu(wanted.cpu()),
                check.pids(wanted.pids()),
                check.blockIo(wanted.blockIo()),
                wanted.unified());
        return new CheckedResources(kept, check.warnings);
    }

    private Memory memory(Memory wanted) {
        boolean available = features.controllers().contains("memory");
        long limit = wanted.limit().orElse(0);
        refuseIf(limit != 0 && limit < MIN_MEMORY, "Minimum memory limit allowed is 6MB");
        OptionalLong keptLimit = keep(
                present(wanted.limit()),
                available,
                "Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation"
                        + " discarded.");
        OptionalLong swap = swap(wanted, keptLimit);
        OptionalLong swappiness = keep(
                wanted.swappiness(),
                available && !unified,
                "Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory"
                        + " swappiness discarded.");
        swappiness.ifPresent(percent -> refuseIf(
                percent < 0 || percent > 100,
                "Invalid value: " + percent + ", valid memory swappiness range is 0-100"));
        OptionalLong reservation = keep(
                present(wanted.reservation()),
                available,
                "Your kernel does not support memory soft limit capabilities or the cgroup is not mounted. Limitation"
                        + " discarded.");
        reservation.ifPresent(low -> {
            refuseIf(low < MIN_MEMORY, "Minimum memory reservation allowed is 6MB");
            refuseIf(
                    limit > 0 && limit < low,
                    "Minimum memory limit can not be less than memory reservation limit, see usage");
        });
        boolean disableOomKiller = wanted.disableOOMKiller();
        if (disableOomKiller && (unified || !available)) {
            warnings.add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
            disableOomKiller = false;
        }
        if (disableOomKiller && limit == 0) {
            warnings.add("OOM killer is disabled for the container, but no memory limit is set, this can result in the"
                    + " system running out of resources.");
        }
        return new Memory(keptLimit, reservation, swap, swappiness, disableOomKiller);
    }

    /** A limit of memory alone is one of swap too: as much again, so that a container cannot swap without end. */
    private OptionalLong swap(Memory wanted, OptionalLong limit) {
        long swap = wanted.swap().orElse(0);
        refuseIf(
                swap < UNLIMITED,
                "invalid memory-swap: it is -1 for unlimited, or a number of bytes of memory and swap together");
        if (limit.isEmpty()) {
            refuseIf(
                    swap > 0 && wanted.limit().isEmpty(),
                    "You should always set the Memory limit when using Memoryswap limit, see usage");
            return OptionalLong.empty();
        }
        if (swap == UNLIMITED) {
            return features.swap() ? OptionalLong.of(UNLIMITED) : OptionalLong.empty();
        }
        if (!features.swap()) {
            warnings.add("Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory"
                    + " limited without swap.");
            return OptionalLong.empty();
        }
        refuseIf(
                swap > 0 && swap < limit.getAsLong(),
                "Minimum memoryswap limit should be larger than memory limit, see usage");
        return swap > 0
                ? OptionalLong.of(swap)
                : OptionalLong.of(limit.getAsLong() > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * limit.getAsLong());
    }

    private Cpu cpu(Cpu wanted) {
        boolean available = features.controllers().contains("cpu");
        wanted.shares()
                .ifPresent(shares ->
                        refuseIf(shares < 0, "invalid CPU shares (" + shares + "): value must be a positive integer"));
        OptionalLong shares = keep(
                present(wanted.shares()),
                available,
                "Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.");
        OptionalLong period = present(wanted.period());
        OptionalLong quota = present(wanted.quota());
        if (!available && (period.isPresent() || quota.isPresent())) {
            warnings.add("Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.");
            period = OptionalLong.empty();
            quota = OptionalLong.empty();
        }
        period.ifPresent(micros -> refuseIf(
                micros < 1000 || micros > 1_000_000,
                "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"));
        quota.ifPresent(
                micros -> refuseIf(micros > 0 && micros < 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)"));
        OptionalLong burst = keep(
                wanted.burst(),
                available && features.burst(),
                "Your kernel does not support CPU burst or the cgroup is not mounted. Burst discarded.");
        OptionalLong idle = keep(
                wanted.idle(),
                available,
                "Your kernel does not support idle CPU groups or the cgroup is not mounted. Idle discarded.");
        Optional<String> cpus = wanted.cpus();
        Optional<String> mems = wanted.mems();
        if (!features.controllers().contains("cpuset") && (cpus.isPresent() || mems.isPresent())) {
            warnings.add("Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.");
            cpus = Optional.empty();
            mems = Optional.empty();
        }
        cpus.ifPresent(list -> requireAvailable("cpus", "CPUs", list, features.cpus()));
        mems.ifPresent(list -> requireAvailable("mems", "memory nodes", list, features.mems()));
        return new Cpu(shares, quota, period, burst, cpus, mems, idle);
    }

    private static void requireAvailable(String what, String plural, String requested, String available) {
        refuseIf(
                !CpuSet.parse(what, available).containsAll(CpuSet.parse(what, requested)),
                "Requested " + plural + " are not available - requested " + requested + ", available: " + available);
    }

    private Pids pids(Pids wanted) {
        boolean limits = wanted.limit().orElse(0) > 0;
        if (wanted.limit().isPresent() && !features.controllers().contains("pids")) {
            if (limits) {
                warnings.add("Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs"
                        + " limit discarded.");
            }
            return Pids.NONE;
        }
        return wanted;
    }

    private BlockIo blockIo(BlockIo wanted) {
        boolean available = features.controllers().contains(unified ? "io" : "blkio");
        boolean weights = available && features.weight() != IoWeight.NONE;
        OptionalLong weight = keep(
                present(wanted.weight()),
                weights,
                "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.");
        weight.ifPresent(value -> requireWeight(value));
        var weightDevices = keep(
                wanted.weightDevice(),
                weights,
                "Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device"
                        + " discarded.");
        weightDevices.forEach(device -> requireWeight(device.weight()));
        return new BlockIo(
                weight,
                weightDevices,
                keep(wanted.throttleReadBpsDevice(), available, throttleWarning("BPS Block I/O read", "BPS read")),
                keep(wanted.throttleWriteBpsDevice(), available, throttleWarning("BPS Block I/O write", "BPS write")),
                keep(wanted.throttleReadIOPSDevice(), available, throttleWarning("IOPS Block read", "IOPS read")),
                keep(wanted.throttleWriteIOPSDevice(), available, throttleWarning("IOPS Block write", "IOPS write")));
    }

    private static void requireWeight(long weight) {
        refuseIf(weight < 10 || weight > 1000, "Range of blkio weight is from 10 to 1000");
    }

    private static String throttleWarning(String limit, String discarded) {
        return "Your kernel does not support " + limit + " limit or the cgroup is not mounted. Block I/O " + discarded
                + " limit discarded.";
    }

    /** Zero is how an option says that it was not given. */
    private static OptionalLong present(OptionalLong value) {
        return value.orElse(0) == 0 ? OptionalLong.empty() : value;
    }

    private OptionalLong keep(OptionalLong value, boolean supported, String otherwise) {
        if (value.isPresent() && !supported) {
            warnings.add(otherwise);
            return OptionalLong.empty();
        }
        return value;
    }

    private <T> List<T> keep(List<T> values, boolean supported, String otherwise) {
        if (!values.isEmpty() && !supported) {
            warnings.add(otherwise);
            return List.of();
        }
        return values;
    }

    private static void refuseIf(boolean wrong, String message) {
        if (wrong) {
            throw new WhaleboxException(ErrorKind.INVALID, message);
        }
    }
}
