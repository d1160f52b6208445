package io.whalebox.bench;

import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.KernelFeatures;
import io.whalebox.runtime.Namespace;
import io.whalebox.runtime.Plan;
import io.whalebox.runtime.PlanCompiler;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec;
import io.whalebox.runtime.Spec.Device;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Compiling the plan of a container such as {@code whalebox run IMAGE true} makes, from its specification. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PlanBenchmark {
    /** Layers of the image. */
    @Param({"1", "20", "120"})
    public int layers;

    @Benchmark
    public Plan compile() {
        return PlanCompiler.compile(spec(layers), new CgroupStart.Joins(8), KernelFeatures.of("6.18.0"));
    }

    private static Spec spec(int layers) {
        return new Spec(
                new Spec.Program(
                        List.of("true"),
                        List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"),
                        "/",
                        new Spec.User(0, 0, List.of(0)),
                        CapabilitySet.DEFAULT,
                        List.of(),
                        false,
                        OptionalInt.empty(),
                        Optional.empty(),
                        false),
                new Spec.Root.Overlay(
                        java.util.stream.IntStream.range(0, layers)
                                .mapToObj(layer -> "/var/lib/whalebox/snapshots/sha256/" + "%064x".formatted(layer))
                                .toList(),
                        "/var/lib/whalebox/containers/0123456789ab",
                        true,
                        false),
                Optional.of("0123456789ab"),
                Optional.empty(),
                mounts(),
                new Spec.Isolation(
                        List.of(
                                Namespace.MOUNT,
                                Namespace.PID,
                                Namespace.UTS,
                                Namespace.IPC,
                                Namespace.NETWORK,
                                Namespace.CGROUP),
                        List.of(),
                        List.of()),
                new Spec.Protection(
                        Optional.of(Spec.Filter.of(new byte[8 * 300], 0)),
                        List.of(device("null", 1, 3), device("zero", 1, 5), device("full", 1, 7), device("tty", 5, 0)),
                        List.of("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/acpi", "/sys/firmware"),
                        List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"),
                        Map.of(),
                        Optional.empty()));
    }

    private static List<Mount> mounts() {
        return List.of(
                mount("/proc", "proc", "nosuid", "noexec", "nodev"),
                mount("/dev", "tmpfs", "nosuid", "mode=755", "size=65536k"),
                mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
                mount("/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777", "size=67108864"),
                mount("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev"),
                mount("/sys", "sysfs", "nosuid", "noexec", "nodev", "ro"),
                new Mount("/etc/hosts", "bind", "/run/hosts", List.of("rbind", "rprivate"), Shape.FILE),
                new Mount("/etc/hostname", "bind", "/run/hostname", List.of("rbind", "rprivate"), Shape.FILE),
                new Mount("/etc/resolv.conf", "bind", "/run/resolv.conf", List.of("rbind", "rprivate"), Shape.FILE));
    }

    private static Mount mount(String destination, String type, String... options) {
        return new Mount(destination, type, type, List.of(options), Shape.DIRECTORY);
    }

    private static Device device(String name, int major, int minor) {
        return new Device('c', "/dev/" + name, major, minor, 0666, 0, 0);
    }
}
