package io.whalebox.runtime;

import static io.whalebox.linux.MountConstants.MS_SLAVE;
import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.mode;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.MountSteps.NONE;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Constant;
import io.whalebox.linux.Errno;
import io.whalebox.linux.MountConstants;
import io.whalebox.linux.ProcessConstants;
import io.whalebox.linux.RawText;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.ConsoleSteps.Recipient;
import io.whalebox.runtime.MonitorSteps.Streams;
import io.whalebox.runtime.MountOptions.Propagation;
import io.whalebox.runtime.Spec.Device;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Root;
import io.whalebox.runtime.UserNamespaceSteps.Gate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compiles a container into its plan. Nothing is touched: the same specification gives the same plan on every machine
 * with the same kernel features.
 *
 * <p>The order is the security of it. The launcher, with the host's view and rights, copies the mounts that come from
 * the host and makes the root; the container is born into its namespaces and its control group; it attaches its
 * mounts to directories that it holds open, hides and write-protects what has to be, leaves the host's tree, gives up
 * its rights, and becomes the program.
 */
public final class PlanCompiler {
    /** What the launcher is born with ({@code plan.h}), and after that the control groups. */
    static final int PLAN_FD = 3;

    static final int CONTROL_FD = 4;

    /** Where the plan puts a descriptor for the container's process. */
    static final int PID_FD = 0;

    private static final int FIRST_CGROUP_FD = 5;

    private final Spec spec;
    private final CgroupStart cgroup;
    private final KernelFeatures kernel;
    private final Optional<Monitored> monitored;
    private final NetworkStart network;
    private final int networkFd;
    private final int firstCgroup;
    private final boolean userNamespace;

    /** How the container gets into its control group, whose descriptors the launcher is born with. */
    public sealed interface CgroupStart {
        /** It stays where the launcher is. */
        record None() implements CgroupStart {}

        /** Born into a group of version 2, whose directory is open. */
        record Born() implements CgroupStart {}

        /** Writes itself into groups of version 1, whose {@code cgroup.procs} are open. */
        record Joins(int groups) implements CgroupStart {}
    }

    private PlanCompiler(
            Spec spec, CgroupStart cgroup, NetworkStart network, KernelFeatures kernel, Optional<Monitored> monitored) {
        this.spec = spec;
        this.cgroup = cgroup;
        this.kernel = kernel;
        this.monitored = monitored;
        this.network = network;
        this.networkFd = monitored.isPresent() ? MonitorSteps.FIRST_CGROUP_FD : FIRST_CGROUP_FD;
        this.firstCgroup = network == NetworkStart.BORN ? networkFd : networkFd + 1;
        this.userNamespace = spec.isolation().has(Namespace.USER);
    }

    /** The plan for a container with its starter's streams, which ends with its starter. */
    public static Plan compile(Spec spec, CgroupStart cgroup, KernelFeatures kernel) {
        return compile(spec, cgroup, NetworkStart.BORN, kernel, Optional.empty());
    }

    /** The plan for a container with a monitor, which gives it its streams and outlives its starter. */
    public static Plan compile(Spec spec, CgroupStart cgroup, KernelFeatures kernel, Monitored monitored) {
        return compile(spec, cgroup, NetworkStart.BORN, kernel, Optional.of(monitored));
    }

    /** Either plan, for a container that gets its network namespace in this way. */
    public static Plan compile(
            Spec spec, CgroupStart cgroup, NetworkStart network, KernelFeatures kernel, Optional<Monitored> monitored) {
        return new PlanCompiler(spec, cgroup, network, kernel, monitored).compile();
    }

    /**
     * What the launcher has made when the container is born, which has copies of the descriptors; the binds are known
     * by where they go.
     */
    private record Prepared(
            Optional<Register> root,
            Map<String, Register> binds,
            Map<Device, Register> devices,
            Optional<Gate> gate,
            Optional<Streams> streams) {}

    private Plan compile() {
        PlanBuilder launcher = PlanBuilder.begin("launcher");
        launcher.call(
                "call the launcher by its name",
                Syscall.PRCTL,
                constant(ProcessConstants.PR_SET_NAME),
                text("whalebox"));
        Map<String, Register> binds = copyHostMounts(launcher);
        Map<Device, Register> devices = userNamespace
                ? DeviceSteps.copyHostNodes(launcher, spec.protection().devices())
                : Map.of();
        Optional<Register> owners = userNamespace && !(spec.root() instanceof Root.Host)
                ? Optional.of(UserNamespaceSteps.holder(launcher, spec.isolation()))
                : Optional.empty();
        Optional<Register> root = RootSteps.make(launcher, spec.root(), kernel, owners);
        Optional<Gate> gate =
                userNamespace ? Optional.of(Gate.make(launcher, "make a gate for the container")) : Optional.empty();
        Gate started = Gate.make(launcher, "make a pipe that closes when the program starts");
        Cell pidfd = launcher.cell("pidfd", 8);
        Optional<Streams> streams =
                monitored.map(it -> MonitorSteps.prepare(launcher, spec.program(), spec.isolation(), it));
        Prepared prepared = new Prepared(root, binds, devices, gate, streams);
        Register pid = launcher.fork(
                        "start the container's process in its namespaces",
                        new CloneArguments(
                                        namespacesAtBirth(),
                                        Optional.of(pidfd),
                                        cgroup instanceof CgroupStart.Born
                                                ? Optional.of(firstCgroup)
                                                : Optional.empty())
                                .words(),
                        "container",
                        child -> container(child, prepared, started))
                .result();
        gate.ifPresent(it -> {
            Register process = UserNamespaceSteps.writeMaps(launcher, pid, spec.isolation());
            if (network == NetworkStart.HANDED_OVER) {
                NetworkSteps.handOver(launcher, process, networkFd);
            }
            it.open(launcher);
        });
        streams.ifPresent(it -> MonitorSteps.take(launcher, it));
        awaitStart(launcher, pid, pidfd, started);
        monitored.ifPresentOrElse(
                it -> MonitorSteps.monitor(launcher, result(pid), streams.orElseThrow(), it),
                () -> launcher.add("watch over it", new Step.Action.Supervise(result(pid), number(PID_FD))));
        return launcher.build();
    }

    /** The cgroup namespace comes later: its root is the group that its first process is in when it is made. */
    private Constant namespacesAtBirth() {
        List<Constant> flags = new ArrayList<>();
        for (Namespace namespace : spec.isolation().fresh()) {
            boolean joined = namespace == Namespace.NETWORK && network == NetworkStart.JOINED;
            if (namespace != Namespace.CGROUP && !joined) {
                flags.add(namespace.flag());
            }
        }
        return Constant.anyOf(flags);
    }

    private Map<String, Register> copyHostMounts(PlanBuilder plan) {
        Map<String, Register> copies = new HashMap<>();
        for (Mount mount : spec.mounts()) {
            if (mount.type().equals("bind")) {
                MountOptions options = MountOptions.parse(mount.options());
                Register copy = mount.part()
                        .map(part -> MountSteps.copyOf(
                                plan,
                                mount.source() + "/" + part,
                                PathSteps.below(plan, mount.source(), part),
                                options.tree()))
                        .orElseGet(() -> MountSteps.copyOfPath(plan, mount.source(), options.tree()));
                Propagation propagation =
                        options.propagation().orElse(new Propagation(MountConstants.MS_PRIVATE, true));
                MountSteps.change(
                        plan,
                        "set how mounts below " + mount.source() + " spread",
                        copy,
                        propagation.recursive(),
                        NONE,
                        propagation.type());
                if (options.allAttributes().value() != 0) {
                    MountSteps.change(
                            plan,
                            "set " + options.allAttributes().name() + " on it",
                            copy,
                            options.recursive(),
                            options.allAttributes(),
                            NONE);
                }
                copies.put(mount.destination(), copy);
            }
        }
        return copies;
    }

    /** What the launcher does until the program runs, and with nothing more than it needs from then on. */
    private void awaitStart(PlanBuilder plan, Register pid, Cell pidfd, Gate started) {
        Argument cloexec = new Argument.Immediate(O_CLOEXEC, "O_CLOEXEC");
        plan.call("let go of the container's streams", Syscall.CLOSE_RANGE, number(0), number(2), number(0));
        plan.call("hold the container by 0", Syscall.DUP3, new Argument.Load(pidfd, 0), number(PID_FD), cloexec);
        plan.call("hold the pipe by 1", Syscall.DUP3, started.readEnd(), number(1), cloexec);
        plan.call(
                "let go of all else",
                Syscall.CLOSE_RANGE,
                number(networkFd),
                new Argument.Immediate(0xffffffffL, "~0"),
                number(0));
        if (monitored.isPresent()) {
            plan.call("let go of the plan's file", Syscall.CLOSE, number(PLAN_FD));
            MonitorSteps.spareFromOutOfMemory(plan);
        }
        Cell nothing = plan.cell("nothing", 8);
        plan.call("wait until the program starts", Syscall.READ, number(1), new Argument.Address(nothing), number(1));
        plan.add("report that it has", new Step.Action.ReportStarted(result(pid)));
    }

    private void container(PlanBuilder plan, Prepared prepared, Gate started) {
        IdentitySteps.dieWithParent(plan);
        plan.call("close the launcher's end of the pipe", Syscall.CLOSE, started.readEnd());
        joinCgroup(plan);
        if (network == NetworkStart.JOINED) {
            NetworkSteps.join(plan, networkFd);
        }
        prepared.gate().ifPresent(gate -> {
            gate.await(plan);
            UserNamespaceSteps.becomeRoot(plan);
        });
        plan.call("make files with the modes that are asked for", Syscall.UMASK, number(0));
        Optional<Register> terminal = mountEverything(plan, prepared);
        nameHost(plan);
        if (spec.isolation().has(Namespace.NETWORK) && network == NetworkStart.BORN) {
            NetworkSteps.raiseLoopback(plan);
        }
        if (spec.program().init()) {
            becomeInit(plan, child -> program(child, terminal, prepared.streams()));
        } else {
            program(plan, terminal, prepared.streams());
        }
    }

    private static Recipient recipient(Prepared prepared) {
        return prepared.streams().orElse(null) instanceof MonitorSteps.Terminal terminal
                ? new Recipient.Monitor(terminal.containersEnd())
                : new Recipient.Engine();
    }

    private void joinCgroup(PlanBuilder plan) {
        if (cgroup instanceof CgroupStart.Joins joins) {
            for (int i = 0; i < joins.groups(); i++) {
                plan.call(
                        "enter control group " + (i + 1) + " of " + joins.groups(),
                        Syscall.WRITE,
                        number(firstCgroup + i),
                        text("0"),
                        number(1));
            }
        }
        if (spec.isolation().has(Namespace.CGROUP)) {
            plan.call("see that group as the root of all", Syscall.UNSHARE, constant(ProcessConstants.CLONE_NEWCGROUP));
        }
    }

    /** Builds the container's tree and moves into it. Returns the program's terminal, if it is to have one. */
    private Optional<Register> mountEverything(PlanBuilder plan, Prepared prepared) {
        MountSteps.changePath(plan, "keep mounts from spreading to the host", "/", true, NONE, MS_SLAVE);
        Register nullDevice = ShieldSteps.openNull(plan);
        Register root = prepared.root().orElseGet(() -> RootSteps.openOwn(plan));
        prepared.root().ifPresent(made -> RootSteps.attach(plan, made));
        MountTree tree = new MountTree(plan, root);
        spec.mounts()
                .forEach(mount ->
                        tree.add(mount, Optional.ofNullable(prepared.binds().get(mount.destination()))));
        Optional<Register> terminal = spec.program()
                .console()
                .flatMap(console -> tree.mountedAt("/dev/pts")
                        .map(pts -> ConsoleSteps.open(plan, pts, console, recipient(prepared))));
        tree.mountedAt("/dev").ifPresent(dev -> {
            if (userNamespace) {
                DeviceSteps.bindNodes(plan, root, prepared.devices());
            } else {
                DeviceSteps.makeNodes(plan, root, dev, spec.protection().devices());
            }
            DeviceSteps.link(plan, dev);
        });
        terminal.ifPresent(slave -> ConsoleSteps.bindConsole(plan, root, slave));
        PathSteps.makeDirectory(plan, root, spec.program().cwd());
        tree.mountedAt("/proc").ifPresent(proc -> {
            ShieldSteps.setParameters(plan, proc, spec.protection().sysctl());
            spec.program().oomScoreAdj().ifPresent(score -> ShieldSteps.setOomScore(plan, proc, score));
        });
        tree.finish();
        ShieldSteps.makeReadOnly(plan, root, spec.protection().readOnlyPaths());
        // Last, so that nothing can be mounted over a mask.
        ShieldSteps.mask(plan, root, nullDevice, spec.protection().maskedPaths());
        prepared.root().ifPresent(made -> RootSteps.pivot(plan, made, spec.root()));
        spec.protection()
                .rootPropagation()
                .flatMap(type -> MountOptions.parse(List.of(type)).propagation())
                .ifPresent(type ->
                        MountSteps.changePath(plan, "set how mounts spread", "/", type.recursive(), NONE, type.type()));
        return terminal;
    }

    private void nameHost(PlanBuilder plan) {
        spec.hostname()
                .ifPresent(name -> plan.call("call the host " + name, Syscall.SETHOSTNAME, text(name), length(name)));
        spec.domainname()
                .ifPresent(
                        name -> plan.call("call the domain " + name, Syscall.SETDOMAINNAME, text(name), length(name)));
    }

    private static Argument length(String text) {
        return number(RawText.bytes(text).length);
    }

    /** Process 1 stays the launcher's code; the program is its child, in a session of its own. */
    private static void becomeInit(PlanBuilder plan, Consumer<PlanBuilder> program) {
        Register pid = plan.fork(
                        "start the program as a child of this process 1",
                        CloneArguments.of(NONE).words(),
                        "program",
                        program)
                .result();
        plan.call(
                "let go of every descriptor",
                Syscall.CLOSE_RANGE,
                number(0),
                new Argument.Immediate(0xffffffffL, "~0"),
                number(0));
        plan.add("be the container's init", new Step.Action.BeInit(result(pid)));
    }

    private void program(PlanBuilder plan, Optional<Register> terminal, Optional<Streams> streams) {
        plan.call("lead a new session", Syscall.SETSID).tolerate(Errno.EPERM);
        streams.ifPresent(it -> MonitorSteps.connect(plan, it));
        terminal.ifPresent(slave -> {
            ConsoleSteps.connect(plan, slave, spec.program().user().uid());
            ConsoleSteps.control(plan);
        });
        plan.call("take the usual umask", Syscall.UMASK, mode(022));
        IdentitySteps.become(plan, spec.program(), spec.protection().seccomp());
        ProgramSteps.enterWorkingDirectory(plan, spec.program().cwd());
        ProgramSteps.execute(plan, spec.program());
    }
}
