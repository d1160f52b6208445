package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.NamespaceMode;
import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.image.ContainerDefaults;
import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.Namespace;
import io.whalebox.runtime.Spec;
import io.whalebox.runtime.Spec.Device;
import io.whalebox.runtime.Spec.IdMapping;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.cgroup.CgroupPath;
import io.whalebox.runtime.cgroup.Cgroups;
import io.whalebox.runtime.cgroup.CheckedResources;
import io.whalebox.runtime.cgroup.DeviceRule;
import io.whalebox.storage.LayerStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes every choice that a user left open: the image's where it has one, the engine's defaults where it has none.
 * Reads the image and the host, and changes neither.
 */
final class SpecResolver {
    private static final String CGROUP_PARENT = "/whalebox";
    private static final int SHORT_ID = 12;

    private final Cgroups cgroups;
    private final Machine machine;
    private final VolumeMounts volumes;
    private final KnownLayers known = new KnownLayers();

    /** What the host is called; a container on its network is called the same. */
    record Machine(String hostname) {
        static Machine ofThis() {
            return new Machine(ControlFiles.read("/proc/sys/kernel/hostname").strip());
        }
    }

    /** The image's part in a container. */
    record Base(ContainerDefaults defaults, LayerStack layers) {}

    /** Who the container is: its id and its directory. */
    record Place(String id, Path directory) {
        String shortId() {
            return id.substring(0, Math.min(SHORT_ID, id.length()));
        }
    }

    SpecResolver(Cgroups cgroups, Machine machine, VolumeMounts volumes) {
        this.cgroups = cgroups;
        this.machine = machine;
        this.volumes = volumes;
    }

    /**
     * Resolves a container.
     *
     * @param console the size of the user's terminal, if the container is to have one
     */
    Resolved resolve(ContainerSpec wanted, Base base, Place place, Optional<Spec.Console> console) {
        checkConflicts(wanted);
        List<String> warnings = new ArrayList<>();
        String user = wanted.program().user().or(() -> base.defaults().user()).orElse("");
        KnownLayers.Facts layers = known.of(base.layers());
        Accounts.Identity identity =
                layers.accounts().identity(user, wanted.program().groups());
        String hostname = hostname(wanted, place);
        CapabilitySet capabilities = capabilities(wanted, warnings);
        Devices devices = wanted.security().privileged()
                ? Devices.all()
                : Devices.of(wanted.security().devices());
        Spec.Isolation isolation = isolation(wanted);
        boolean hostNetwork = wanted.isolation().network().isHost();
        HostFiles files = new HostFiles(place.directory(), hostname, hostNetwork, isolation);
        Spec spec = new Spec(
                program(wanted, base, identity, capabilities, hostname, console),
                new Spec.Root.Overlay(
                        layers.lowerDirectories().stream().map(Path::toString).toList(),
                        place.directory().toString(),
                        wanted.autoRemove(),
                        wanted.files().readOnly()),
                ownsUts(wanted) ? Optional.of(hostname) : Optional.empty(),
                wanted.isolation().domainname(),
                mounts(wanted, files),
                isolation,
                protection(wanted, capabilities, devices));
        CheckedResources resources = cgroups.check(wanted.limits().resources().toBuilder()
                .devices(rules(devices, wanted))
                .build());
        warnings.addAll(resources.warnings());
        if (stopSignal(wanted, base.defaults()).isEmpty()) {
            warnings.add("the image's stop signal "
                    + base.defaults().stopSignal().orElse("") + " does not exist: SIGTERM takes its place");
        }
        return new Resolved(
                spec,
                files,
                cgroups.plan(cgroup(wanted, place.id()), resources.resources()),
                ProcessRecord.of(
                        user,
                        wanted.program().groups(),
                        environment(wanted, base, hostname, false).list(),
                        spec),
                warnings);
    }

    /** What asks a container to end; empty when its image names a signal that there is none of. */
    static Optional<Signal> stopSignal(ContainerSpec wanted, ContainerDefaults defaults) {
        String image = defaults.stopSignal().orElse("");
        return wanted.program().stopSignal().or(() -> image.isEmpty() ? Optional.of(Signal.TERM) : Signal.find(image));
    }

    /** Where the control group of a container is that names no parent. */
    static CgroupPath standardCgroup(String id) {
        return CgroupPath.of(CGROUP_PARENT).child(id);
    }

    /** Where a container's control group is. */
    static CgroupPath cgroup(ContainerSpec wanted, String id) {
        return CgroupPath.of(wanted.limits().cgroupParent().orElse(CGROUP_PARENT))
                .child(id);
    }

    private static void checkConflicts(ContainerSpec wanted) {
        if (wanted.isolation().uts() == NamespaceMode.HOST
                && wanted.isolation().hostname().isPresent()) {
            throw new WhaleboxException(ErrorKind.INVALID, "conflicting options: hostname and the UTS mode");
        }
        boolean userNamespace = !(wanted.isolation().user() instanceof ContainerSpec.UserMode.Host);
        if (userNamespace && wanted.security().privileged()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "privileged mode is incompatible with user namespaces: use --userns=host with it");
        }
        if (userNamespace && wanted.isolation().pid() == NamespaceMode.HOST) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "cannot share the host's PID namespace when user namespaces are enabled");
        }
        if (userNamespace && wanted.isolation().network().isHost()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "cannot share the host's network namespace when user namespaces are enabled");
        }
    }

    private static boolean ownsUts(ContainerSpec wanted) {
        return wanted.isolation().uts() == NamespaceMode.PRIVATE;
    }

    private String hostname(ContainerSpec wanted, Place place) {
        boolean hosts = !ownsUts(wanted) || wanted.isolation().network().isHost();
        return wanted.isolation().hostname().orElseGet(() -> hosts ? machine.hostname() : place.shortId());
    }

    private static CapabilitySet capabilities(ContainerSpec wanted, List<String> warnings) {
        CapabilitySet bounding = CapabilitySet.bounding();
        if (wanted.security().privileged()) {
            CapabilitySet.Grant grant = CapabilitySet.ALL.within(bounding);
            warnOfMissing(grant.missing(), warnings);
            return grant.given();
        }
        if (wanted.security().capAdd().stream().anyMatch("ALL"::equalsIgnoreCase)) {
            warnOfMissing(CapabilitySet.ALL.without(bounding), warnings);
        }
        return CapabilitySet.DEFAULT
                .within(bounding)
                .given()
                .adjusted(wanted.security().capAdd(), wanted.security().capDrop(), bounding);
    }

    private static void warnOfMissing(CapabilitySet missing, List<String> warnings) {
        if (!missing.isEmpty()) {
            warnings.add(
                    "this machine's root lacks " + String.join(", ", missing.names()) + ", so the container does too");
        }
    }

    private static Spec.Program program(
            ContainerSpec wanted,
            Base base,
            Accounts.Identity identity,
            CapabilitySet capabilities,
            String hostname,
            Optional<Spec.Console> console) {
        Environment environment =
                environment(wanted, base, hostname, wanted.program().terminal());
        environment.setDefault("HOME", identity.home());
        return new Spec.Program(
                args(wanted, base.defaults()),
                environment.list(),
                wanted.program()
                        .workingDirectory()
                        .or(() -> base.defaults().workingDir())
                        .orElse("/"),
                identity.user(),
                capabilities,
                wanted.limits().rlimits(),
                wanted.security().noNewPrivileges(),
                wanted.limits().oomScoreAdj(),
                console,
                wanted.program().init());
    }

    /** The variables that are the same whoever the user is. */
    private static Environment environment(ContainerSpec wanted, Base base, String hostname, boolean terminal) {
        Environment environment = new Environment();
        environment.setDefault("PATH", Defaults.PATH);
        environment.setDefault("HOSTNAME", hostname);
        if (terminal) {
            environment.setDefault("TERM", "xterm");
        }
        environment.add(base.defaults().env());
        environment.add(wanted.program().env());
        return environment;
    }

    /** The program and its arguments. */
    static List<String> args(ContainerSpec wanted, ContainerDefaults defaults) {
        List<String> entrypoint = wanted.program().entrypoint().orElse(defaults.entrypoint());
        // The image's command is meant for the image's entry point, and goes with it.
        List<String> command = wanted.program().command().isEmpty()
                        && wanted.program().entrypoint().isEmpty()
                ? defaults.cmd()
                : wanted.program().command();
        List<String> args = new ArrayList<>(entrypoint);
        args.addAll(command);
        if (args.isEmpty()) {
            throw new WhaleboxException(ErrorKind.INVALID, "no command specified");
        }
        return args;
    }

    private List<Mount> mounts(ContainerSpec wanted, HostFiles files) {
        boolean privileged = wanted.security().privileged();
        List<Mount> user = UserMounts.resolve(wanted.files().mounts(), volumes::mount);
        List<Mount> mounts = new ArrayList<>(new Defaults.KernelMounts(
                        privileged,
                        wanted.isolation().ipc() == NamespaceMode.HOST,
                        false,
                        wanted.files().shmSize().orElse(Defaults.SHM_SIZE),
                        cgroups.hierarchy())
                .list());
        mounts.addAll(files.mounts());
        // What the user mounts in one of these places, the user wants instead.
        mounts.removeIf(mount -> user.stream().anyMatch(it -> it.destination().equals(mount.destination())));
        mounts.addAll(user);
        return mounts;
    }

    private static Spec.Isolation isolation(ContainerSpec wanted) {
        List<Namespace> fresh = new ArrayList<>();
        fresh.add(Namespace.MOUNT);
        addUnlessHost(fresh, Namespace.PID, wanted.isolation().pid());
        addUnlessHost(fresh, Namespace.IPC, wanted.isolation().ipc());
        addUnlessHost(fresh, Namespace.UTS, wanted.isolation().uts());
        addUnlessHost(fresh, Namespace.CGROUP, wanted.isolation().cgroup());
        if (!wanted.isolation().network().isHost()) {
            fresh.add(Namespace.NETWORK);
        }
        IdRanges ids = IdRanges.of(wanted.isolation().user());
        List<IdMapping> uids = ids.uids();
        if (!uids.isEmpty()) {
            fresh.add(Namespace.USER);
        }
        return new Spec.Isolation(fresh, uids, ids.gids());
    }

    private static void addUnlessHost(List<Namespace> fresh, Namespace namespace, NamespaceMode mode) {
        if (mode == NamespaceMode.PRIVATE) {
            fresh.add(namespace);
        }
    }

    private Spec.Protection protection(ContainerSpec wanted, CapabilitySet capabilities, Devices devices) {
        boolean privileged = wanted.security().privileged();
        Seccomp choice = privileged && wanted.security().seccomp() instanceof Seccomp.Default
                ? new Seccomp.Unconfined()
                : wanted.security().seccomp();
        List<Device> nodes = new ArrayList<>(privileged ? List.of() : Defaults.DEVICES);
        nodes.addAll(devices.nodes());
        return new Spec.Protection(
                Filters.filter(choice, capabilities),
                nodes,
                privileged ? List.of() : Defaults.MASKED_PATHS,
                privileged ? List.of() : Defaults.READ_ONLY_PATHS,
                wanted.security().sysctls(),
                Optional.empty());
    }

    private static List<DeviceRule> rules(Devices devices, ContainerSpec wanted) {
        List<DeviceRule> rules = new ArrayList<>(DeviceRule.CONTAINER_DEFAULTS);
        rules.addAll(devices.rules());
        rules.addAll(wanted.limits().resources().devices());
        return rules;
    }
}
