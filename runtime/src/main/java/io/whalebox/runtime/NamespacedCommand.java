package io.whalebox.runtime;

import io.whalebox.linux.Fd;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec.IdMapping;
import io.whalebox.runtime.Spec.Isolation;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Protection;
import io.whalebox.runtime.Spec.Root;
import io.whalebox.runtime.Spec.Shape;
import io.whalebox.runtime.Spec.User;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A program in namespaces of its own and nothing else: no image, no limits, all rights that its namespaces leave it.
 * What {@code ProcessBuilder} lacks, and what {@code unshare(1)} does for a shell.
 *
 * <p>{@snippet :
 * NamespacedCommand.of("sh", "-c", "hostname; ps")
 *         .in(Namespace.UTS, Namespace.PID)
 *         .hostname("inside")
 *         .start(streams)
 *         .await();
 * }
 */
public final class NamespacedCommand {
    private final List<String> args;
    private final Set<Namespace> namespaces = EnumSet.of(Namespace.MOUNT);
    private final List<IdMapping> uids = new ArrayList<>();
    private final List<IdMapping> gids = new ArrayList<>();
    private Optional<String> hostname = Optional.empty();
    private Root root = new Root.Host();

    private NamespacedCommand(List<String> args) {
        this.args = args;
    }

    /** A program, looked for along {@code PATH}, and its arguments. */
    public static NamespacedCommand of(String... args) {
        return new NamespacedCommand(List.of(args));
    }

    /** Gives it these namespaces anew; a mount namespace it has always. */
    public NamespacedCommand in(Namespace... fresh) {
        namespaces.addAll(List.of(fresh));
        return this;
    }

    /** What it calls its host; needs {@link Namespace#UTS}. */
    public NamespacedCommand hostname(String name) {
        hostname = Optional.of(name);
        return this;
    }

    /** Makes user {@code container} and those after it, inside, users {@code host} and so on outside. */
    public NamespacedCommand mapUsers(long container, long host, long size) {
        uids.add(new IdMapping(container, host, size));
        return this;
    }

    /** The same for groups. */
    public NamespacedCommand mapGroups(long container, long host, long size) {
        gids.add(new IdMapping(container, host, size));
        return this;
    }

    /** Gives it another root than the host's. */
    public NamespacedCommand root(Root other) {
        root = other;
        return this;
    }

    /**
     * Starts it.
     *
     * @param streams its standard input, output and error
     * @throws LaunchException when it could not be started
     */
    public Launcher.LaunchedProcess start(List<Fd> streams) {
        return Launcher.launch(EncodedPlan.of(plan()), streams, List.of());
    }

    /** What starting it asks of the kernel. */
    public Plan plan() {
        List<Mount> mounts = namespaces.contains(Namespace.PID)
                ? List.of(new Mount("/proc", "proc", "proc", List.of("nosuid", "nodev", "noexec"), Shape.DIRECTORY))
                : List.of();
        Spec spec = new Spec(
                new Spec.Program(
                        args,
                        List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"),
                        "/",
                        new User(0, 0, List.of(0)),
                        CapabilitySet.ALL.within(CapabilitySet.bounding()).given(),
                        List.of(),
                        false,
                        OptionalInt.empty(),
                        Optional.empty(),
                        false),
                root,
                hostname,
                Optional.empty(),
                mounts,
                new Isolation(List.copyOf(namespaces), uids, gids),
                new Protection(Optional.empty(), List.of(), List.of(), List.of(), Map.of(), Optional.empty()));
        return PlanCompiler.compile(spec, new CgroupStart.None(), KernelFeatures.ofThisMachine());
    }
}
