package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.DeviceMapping;
import io.whalebox.engine.ContainerSpec.Files;
import io.whalebox.engine.ContainerSpec.Isolation;
import io.whalebox.engine.ContainerSpec.Life;
import io.whalebox.engine.ContainerSpec.Limits;
import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.ContainerSpec.NamespaceMode;
import io.whalebox.engine.ContainerSpec.Program;
import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.engine.ContainerSpec.Security;
import io.whalebox.engine.ContainerSpec.UserMode;
import io.whalebox.image.ContainerDefaults;
import io.whalebox.linux.Signal;
import io.whalebox.network.NetworkSpec;
import io.whalebox.runtime.Spec.Rlimit;
import io.whalebox.runtime.cgroup.Resources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/** Collects a {@link ContainerSpec}; what is not said stays open. Its methods mean what that type's components do. */
public final class ContainerSpecBuilder {
    private final String image;
    private Optional<String> name = Optional.empty();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private boolean autoRemove;
    private List<String> command = List.of();
    private Optional<List<String>> entrypoint = Optional.empty();
    private final List<String> env = new ArrayList<>();
    private Optional<String> workingDirectory = Optional.empty();
    private Optional<String> user = Optional.empty();
    private final List<String> groups = new ArrayList<>();
    private boolean terminal;
    private boolean stdin;
    private final SortedSet<String> attached = new TreeSet<>();
    private boolean init;
    private Optional<Signal> stopSignal = Optional.empty();
    private Optional<String> hostname = Optional.empty();
    private Optional<String> domainname = Optional.empty();
    private NetworkSpec network = NetworkSpec.BRIDGE;
    private NamespaceMode pid = NamespaceMode.PRIVATE;
    private NamespaceMode ipc = NamespaceMode.PRIVATE;
    private NamespaceMode uts = NamespaceMode.PRIVATE;
    private NamespaceMode cgroup = NamespaceMode.PRIVATE;
    private UserMode userMode = new UserMode.Host();
    private final List<String> capAdd = new ArrayList<>();
    private final List<String> capDrop = new ArrayList<>();
    private boolean privileged;
    private boolean noNewPrivileges;
    private Seccomp seccomp = new Seccomp.Default();
    private final Map<String, String> sysctls = new LinkedHashMap<>();
    private final List<DeviceMapping> devices = new ArrayList<>();
    private boolean readOnly;
    private final List<MountSpec> mounts = new ArrayList<>();
    private final List<String> volumesFrom = new ArrayList<>();
    private OptionalLong shmSize = OptionalLong.empty();
    private Resources resources = Resources.NONE;
    private Optional<String> cgroupParent = Optional.empty();
    private final List<Rlimit> rlimits = new ArrayList<>();
    private OptionalInt oomScoreAdj = OptionalInt.empty();
    private RestartPolicy restart = RestartPolicy.NO;
    private OptionalInt stopTimeoutSeconds = OptionalInt.empty();
    private Optional<ContainerDefaults.Healthcheck> health = Optional.empty();
    private Logging logging = Logging.STANDARD;

    ContainerSpecBuilder(String image) {
        this.image = image;
    }

    public ContainerSpecBuilder name(String name) {
        this.name = Optional.of(name);
        return this;
    }

    public ContainerSpecBuilder label(String key, String value) {
        labels.put(key, value);
        return this;
    }

    public ContainerSpecBuilder annotation(String key, String value) {
        annotations.put(key, value);
        return this;
    }

    public ContainerSpecBuilder autoRemove(boolean autoRemove) {
        this.autoRemove = autoRemove;
        return this;
    }

    public ContainerSpecBuilder command(String... command) {
        return command(List.of(command));
    }

    public ContainerSpecBuilder command(List<String> command) {
        this.command = List.copyOf(command);
        return this;
    }

    public ContainerSpecBuilder entrypoint(List<String> entrypoint) {
        this.entrypoint = Optional.of(List.copyOf(entrypoint));
        return this;
    }

    public ContainerSpecBuilder env(String value) {
        env.add(value);
        return this;
    }

    public ContainerSpecBuilder workingDirectory(String workingDirectory) {
        this.workingDirectory = Optional.of(workingDirectory);
        return this;
    }

    public ContainerSpecBuilder user(String user) {
        this.user = Optional.of(user);
        return this;
    }

    public ContainerSpecBuilder group(String value) {
        groups.add(value);
        return this;
    }

    public ContainerSpecBuilder terminal(boolean terminal) {
        this.terminal = terminal;
        return this;
    }

    public ContainerSpecBuilder stdin(boolean stdin) {
        this.stdin = stdin;
        return this;
    }

    /** That whoever has it made is to be connected to this stream: {@code stdin}, {@code stdout} or {@code stderr}. */
    public ContainerSpecBuilder attached(String stream) {
        attached.add(stream);
        return this;
    }

    public ContainerSpecBuilder init(boolean init) {
        this.init = init;
        return this;
    }

    public ContainerSpecBuilder stopSignal(Signal stopSignal) {
        this.stopSignal = Optional.of(stopSignal);
        return this;
    }

    public ContainerSpecBuilder hostname(String hostname) {
        this.hostname = Optional.of(hostname);
        return this;
    }

    public ContainerSpecBuilder domainname(String domainname) {
        this.domainname = Optional.of(domainname);
        return this;
    }

    public ContainerSpecBuilder network(NetworkSpec network) {
        this.network = network;
        return this;
    }

    public ContainerSpecBuilder pid(NamespaceMode pid) {
        this.pid = pid;
        return this;
    }

    public ContainerSpecBuilder ipc(NamespaceMode ipc) {
        this.ipc = ipc;
        return this;
    }

    public ContainerSpecBuilder uts(NamespaceMode uts) {
        this.uts = uts;
        return this;
    }

    public ContainerSpecBuilder cgroup(NamespaceMode cgroup) {
        this.cgroup = cgroup;
        return this;
    }

    public ContainerSpecBuilder users(UserMode userMode) {
        this.userMode = userMode;
        return this;
    }

    public ContainerSpecBuilder capAdd(String value) {
        capAdd.add(value);
        return this;
    }

    public ContainerSpecBuilder capDrop(String value) {
        capDrop.add(value);
        return this;
    }

    public ContainerSpecBuilder privileged(boolean privileged) {
        this.privileged = privileged;
        return this;
    }

    public ContainerSpecBuilder noNewPrivileges(boolean noNewPrivileges) {
        this.noNewPrivileges = noNewPrivileges;
        return this;
    }

    public ContainerSpecBuilder seccomp(Seccomp seccomp) {
        this.seccomp = seccomp;
        return this;
    }

    public ContainerSpecBuilder sysctl(String key, String value) {
        sysctls.put(key, value);
        return this;
    }

    public ContainerSpecBuilder device(DeviceMapping value) {
        devices.add(value);
        return this;
    }

    public ContainerSpecBuilder readOnly(boolean readOnly) {
        this.readOnly = readOnly;
        return this;
    }

    public ContainerSpecBuilder mount(MountSpec value) {
        mounts.add(value);
        return this;
    }

    public ContainerSpecBuilder volumesFrom(String container) {
        volumesFrom.add(container);
        return this;
    }

    public ContainerSpecBuilder shmSize(long bytes) {
        this.shmSize = OptionalLong.of(bytes);
        return this;
    }

    public ContainerSpecBuilder resources(Resources resources) {
        this.resources = resources;
        return this;
    }

    public ContainerSpecBuilder cgroupParent(String cgroupParent) {
        this.cgroupParent = Optional.of(cgroupParent);
        return this;
    }

    public ContainerSpecBuilder rlimit(Rlimit value) {
        rlimits.add(value);
        return this;
    }

    public ContainerSpecBuilder oomScoreAdj(int score) {
        this.oomScoreAdj = OptionalInt.of(score);
        return this;
    }

    public ContainerSpecBuilder restart(RestartPolicy policy) {
        this.restart = policy;
        return this;
    }

    public ContainerSpecBuilder stopTimeoutSeconds(int seconds) {
        this.stopTimeoutSeconds = OptionalInt.of(seconds);
        return this;
    }

    public ContainerSpecBuilder health(ContainerDefaults.Healthcheck check) {
        this.health = Optional.of(check);
        return this;
    }

    public ContainerSpecBuilder logging(Logging choice) {
        this.logging = choice;
        return this;
    }

    public ContainerSpec build() {
        return new ContainerSpec(
                image,
                name,
                labels,
                annotations,
                autoRemove,
                new Program(
                        command,
                        entrypoint,
                        env,
                        workingDirectory,
                        user,
                        groups,
                        terminal,
                        stdin,
                        attached,
                        init,
                        stopSignal),
                new Isolation(hostname, domainname, network, pid, ipc, uts, cgroup, userMode),
                new Security(capAdd, capDrop, privileged, noNewPrivileges, seccomp, sysctls, devices),
                new Files(readOnly, mounts, volumesFrom, shmSize),
                new Limits(resources, cgroupParent, rlimits, oomScoreAdj),
                new Life(restart, stopTimeoutSeconds, health, logging));
    }
}
