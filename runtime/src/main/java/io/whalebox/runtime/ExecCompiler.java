package io.whalebox.runtime;

import static io.whalebox.linux.FileConstants.AT_FDCWD;
import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.linux.OpenFlags.O_WRONLY;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.mode;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Constant;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ProcessConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.ConsoleSteps.Recipient;
import io.whalebox.runtime.MonitorSteps.Streams;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec.Filter;
import io.whalebox.runtime.Spec.Isolation;
import io.whalebox.runtime.Spec.Program;
import io.whalebox.runtime.UserNamespaceSteps.Gate;
import java.util.Optional;

/**
 * Compiles a further program of a container that runs. Nothing is made anew: it joins the namespaces and the control
 * group of the container's first process, and has no right that the container's own program had not.
 *
 * <p>Whoever is in the container sees a newcomer, and may be hostile. So the one who goes in first, the <em>envoy</em>,
 * is not seen yet: it is in the container's namespaces, but its own PID namespace is the host's. It hands over the
 * terminal and closes all that leads to the host, can be neither traced nor looked into (CVE-2016-9962), and only then
 * makes the program's process, as a sibling of its own: a child of the launcher, which becomes its monitor.
 */
public final class ExecCompiler {
    /** The first process of the container, which the launcher is born with a descriptor of; control groups follow. */
    static final int TARGET_FD = MonitorSteps.FIRST_CGROUP_FD;

    private static final int FIRST_CGROUP_FD = TARGET_FD + 1;

    /** Where the envoy puts its end of the pipe, which the program's process keeps until it runs its program. */
    private static final int STARTED_FD = PlanCompiler.PLAN_FD;

    private static final int PID_SIZE = Integer.BYTES;

    private static final Argument CLOEXEC = new Argument.Immediate(O_CLOEXEC, "O_CLOEXEC");
    private static final Argument TO_THE_LAST = new Argument.Immediate(0xffffffffL, "~0");

    private final Program program;
    private final Isolation isolation;
    private final Optional<Filter> filter;
    private final CgroupStart cgroup;

    private ExecCompiler(Program program, Isolation isolation, Optional<Filter> filter, CgroupStart cgroup) {
        this.program = program;
        this.isolation = isolation;
        this.filter = filter;
        this.cgroup = cgroup;
    }

    /**
     * The plan for a further program with a monitor of its own. Its launcher has to be given a descriptor of the
     * container's first process before those of the control groups.
     *
     * @param isolation the container's own
     * @param filter the container's own
     */
    public static Plan compile(
            Program program, Isolation isolation, Optional<Filter> filter, CgroupStart cgroup, Monitored monitored) {
        return new ExecCompiler(program, isolation, filter, cgroup).compile(monitored);
    }

    private Plan compile(Monitored monitored) {
        PlanBuilder launcher = PlanBuilder.begin("launcher");
        launcher.call(
                "call the launcher by its name",
                Syscall.PRCTL,
                constant(ProcessConstants.PR_SET_NAME),
                text("whalebox"));
        Gate started = Gate.make(launcher, "make a pipe that closes when the program starts");
        Streams streams = MonitorSteps.prepare(launcher, program, isolation, monitored);
        Register envoy = launcher.fork(
                        "start an envoy to the container",
                        new CloneArguments(
                                        MountSteps.NONE,
                                        Optional.empty(),
                                        cgroup instanceof CgroupStart.Born
                                                ? Optional.of(FIRST_CGROUP_FD)
                                                : Optional.empty())
                                .words(),
                        "envoy",
                        child -> envoy(child, started, streams))
                .result();
        MonitorSteps.take(launcher, streams);
        Cell pid = awaitBirth(launcher, envoy, started);
        launcher.call(
                "wait until the program starts",
                Syscall.READ,
                number(1),
                new Argument.Address(pid(launcher)),
                number(1));
        launcher.add("report that it has", new Step.Action.ReportStarted(new Argument.Load(pid, 0)));
        MonitorSteps.monitor(launcher, new Argument.Load(pid, 0), streams, monitored);
        return launcher.build();
    }

    private static Cell pid(PlanBuilder plan) {
        return plan.cell("process id", 8);
    }

    /** Lets go of all that the monitor does not need, and takes the program's process from the envoy. */
    private static Cell awaitBirth(PlanBuilder plan, Register envoy, Gate started) {
        MonitorSteps.spareFromOutOfMemory(plan);
        // 0 is for the process, and stays free until then.
        plan.call("let go of the program's streams", Syscall.CLOSE_RANGE, number(0), number(2), number(0));
        plan.call("hold the pipe by 1", Syscall.DUP3, started.readEnd(), number(1), CLOEXEC);
        plan.call("let go of all else", Syscall.CLOSE_RANGE, number(TARGET_FD), TO_THE_LAST, number(0));
        plan.call("let go of the plan's file", Syscall.CLOSE, number(PlanCompiler.PLAN_FD));
        Cell pid = pid(plan);
        Register size = plan.call(
                        "hear of the program's process",
                        Syscall.READ,
                        number(1),
                        new Argument.Address(pid),
                        number(PID_SIZE))
                .result();
        plan.call("wait for the envoy's end", Syscall.WAIT4, result(envoy), number(0), number(0), number(0));
        // The envoy has reported why there is none.
        plan.add("see that there is one", new Step.Action.Check(result(size), -1, PID_SIZE, true, Errno.ECANCELED));
        // It is this process's child, and not waited for: the number is its own.
        Register opened = plan.call("open it", Syscall.PIDFD_OPEN, new Argument.Load(pid, 0), number(0))
                .result();
        plan.add(
                "see that it has the lowest number",
                new Step.Action.Check(result(opened), -1, PlanCompiler.PID_FD, true, Errno.EBADF));
        return pid;
    }

    private void envoy(PlanBuilder plan, Gate started, Streams streams) {
        IdentitySteps.dieWithParent(plan);
        plan.call(
                "be out of reach of those inside",
                Syscall.PRCTL,
                constant(ProcessConstants.PR_SET_DUMPABLE),
                number(0),
                number(0),
                number(0),
                number(0));
        plan.call("close the launcher's end of the pipe", Syscall.CLOSE, started.readEnd());
        // By the host's procfs: the container's own could be anything by now.
        program.oomScoreAdj().ifPresent(score -> setOomScore(plan, score));
        joinCgroup(plan);
        plan.call("enter the container's namespaces", Syscall.SETNS, number(TARGET_FD), constant(namespaces()));
        if (isolation.has(Namespace.USER)) {
            UserNamespaceSteps.becomeRoot(plan);
        }
        connect(plan, streams);
        plan.call("hold the pipe by " + STARTED_FD, Syscall.DUP3, started.writeEnd(), number(STARTED_FD), CLOEXEC);
        plan.call(
                "let go of all that leads to the host",
                Syscall.CLOSE_RANGE,
                number(PlanCompiler.CONTROL_FD + 1L),
                TO_THE_LAST,
                number(0));
        Register pid = plan.fork(
                        "start the program's process in the container",
                        CloneArguments.of(ProcessConstants.CLONE_PARENT).words(),
                        "program",
                        this::program)
                .result();
        Cell cell = pid(plan);
        plan.add("note its number", new Step.Action.Store(cell, 0, result(pid)));
        plan.call("tell the launcher", Syscall.WRITE, number(STARTED_FD), new Argument.Address(cell), number(PID_SIZE));
        plan.call("end", Syscall.EXIT_GROUP, number(0));
    }

    /** The PID namespace is for those who are born later. */
    private Constant namespaces() {
        return Constant.anyOf(isolation.fresh().stream().map(Namespace::flag).toList());
    }

    private static void setOomScore(PlanBuilder plan, int score) {
        String value = Integer.toString(score);
        Register file = plan.call(
                        "open the score for when memory runs out",
                        Syscall.OPENAT,
                        constant(AT_FDCWD),
                        text("/proc/self/oom_score_adj"),
                        new Argument.Immediate(O_WRONLY | O_CLOEXEC, "O_WRONLY|O_CLOEXEC"),
                        number(0))
                .result();
        plan.call("set it to " + value, Syscall.WRITE, result(file), text(value), number(value.length()));
    }

    /** Before its namespace is joined, inside which the container's own group may not have a name. */
    private void joinCgroup(PlanBuilder plan) {
        if (cgroup instanceof CgroupStart.Joins joins) {
            for (int i = 0; i < joins.groups(); i++) {
                plan.call(
                        "enter control group " + (i + 1) + " of " + joins.groups(),
                        Syscall.WRITE,
                        number(FIRST_CGROUP_FD + i),
                        text("0"),
                        number(1));
            }
        }
    }

    private void connect(PlanBuilder plan, Streams streams) {
        MonitorSteps.connect(plan, streams);
        if (streams instanceof MonitorSteps.Terminal terminal) {
            Register root = RootSteps.openOwn(plan);
            Register pts = PathSteps.directory(plan, root, "/dev/pts");
            // What is there may be no devpts any more: whatever is no terminal fails when its other side is opened.
            Register slave = ConsoleSteps.open(
                    plan, pts, program.console().orElseThrow(), new Recipient.Monitor(terminal.containersEnd()));
            ConsoleSteps.connect(plan, slave, program.user().uid());
        }
    }

    private void program(PlanBuilder plan) {
        IdentitySteps.dieWithParent(plan);
        plan.call("lead a new session", Syscall.SETSID);
        if (program.console().isPresent()) {
            ConsoleSteps.control(plan);
        }
        plan.call("take the usual umask", Syscall.UMASK, mode(022));
        IdentitySteps.become(plan, program, filter);
        ProgramSteps.enterWorkingDirectory(plan, program.cwd());
        ProgramSteps.execute(plan, program);
    }
}
