package io.whalebox.cli;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.ContainerSpec.NamespaceMode;
import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.engine.ContainerSpec.UserMode;
import io.whalebox.engine.ContainerSpecBuilder;
import io.whalebox.engine.volume.VolumeName;
import io.whalebox.linux.Signal;
import io.whalebox.runtime.Spec.Rlimit;
import io.whalebox.runtime.cgroup.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes a {@link ContainerSpec} of the options of {@code run}. */
final class RunSpec {
    private final CommandLine line;
    private final Environment environment;
    private final CallerFiles files;

    private RunSpec(CommandLine line, Environment environment, CallerFiles files) {
        this.line = line;
        this.environment = environment;
        this.files = files;
    }

    /**
     * Reads everything that the command line says of the container.
     *
     * @param files of the host, as the caller names them
     */
    static ContainerSpec of(CommandLine line, Environment environment, CallerFiles files) {
        return new RunSpec(line, environment, files).build();
    }

    private ContainerSpec build() {
        List<String> arguments = line.arguments();
        ContainerSpecBuilder spec = ContainerSpec.of(arguments.getFirst())
                .command(arguments.subList(1, arguments.size()))
                .autoRemove(line.isOn(RunFlags.RM));
        given(RunFlags.NAME).ifPresent(spec::name);
        labels().forEach(label -> {
            int equals = label.indexOf('=');
            spec.label(equals < 0 ? label : label.substring(0, equals), equals < 0 ? "" : label.substring(equals + 1));
        });
        line.values(RunFlags.ANNOTATION).forEach(annotation -> {
            int equals = annotation.indexOf('=');
            spec.annotation(annotation.substring(0, equals), annotation.substring(equals + 1));
        });
        given(RunFlags.ISOLATION)
                .filter(isolation -> !isolation.equals("default"))
                .ifPresent(isolation -> {
                    throw Strconv.invalid("invalid isolation: " + Strconv.quote(isolation)
                            + ": Linux has \"default\" only, the others are for Windows");
                });
        program(spec);
        isolation(spec);
        security(spec);
        files(spec);
        limits(spec);
        life(spec);
        return spec.build();
    }

    /** What the options for it make of the environment. */
    static List<String> variables(CommandLine line, Environment environment, CallerFiles files) {
        List<String> variables = new ArrayList<>();
        line.values(RunFlags.ENV_FILE)
                .forEach(file -> variables.addAll(EnvFile.read(files.file(file), "env file", environment)));
        for (String variable : line.values(RunFlags.ENV)) {
            // A name that the caller does not have stays a name: it removes what the image sets.
            variables.add(
                    variable.indexOf('=') >= 0
                            ? variable
                            : environment
                                    .get(variable)
                                    .map(value -> variable + "=" + value)
                                    .orElse(variable));
        }
        return variables;
    }

    /** A flag's text; an empty one is as if it had not been given. */
    private Optional<String> given(Flag<String> flag) {
        return line.value(flag).filter(text -> !text.isEmpty());
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        line.values(RunFlags.LABEL_FILE)
                .forEach(file -> labels.addAll(EnvFile.read(files.file(file), "label file", environment)));
        labels.addAll(line.values(RunFlags.LABEL));
        return labels;
    }

    private void program(ContainerSpecBuilder spec) {
        line.value(RunFlags.ENTRYPOINT)
                .ifPresent(entrypoint -> spec.entrypoint(entrypoint.isEmpty() ? List.of() : List.of(entrypoint)));
        variables(line, environment, files).forEach(spec::env);
        given(RunFlags.WORKDIR).ifPresent(spec::workingDirectory);
        given(RunFlags.USER).ifPresent(spec::user);
        line.values(RunFlags.GROUP_ADD).forEach(spec::group);
        spec.terminal(line.isOn(RunFlags.TTY))
                .stdin(line.isOn(RunFlags.INTERACTIVE))
                .init(line.isOn(RunFlags.INIT));
        if (!line.isOn(RunFlags.DETACH)) {
            ChosenStreams.attached(line).forEach(spec::attached);
        }
        given(RunFlags.STOP_SIGNAL).map(Signal::parse).ifPresent(spec::stopSignal);
    }

    private void life(ContainerSpecBuilder spec) {
        spec.logging(RunLog.of(line));
        HealthFlags.of(line).ifPresent(spec::health);
        line.value(RunFlags.RESTART).ifPresent(spec::restart);
        line.value(RunFlags.STOP_TIMEOUT).ifPresent(spec::stopTimeoutSeconds);
    }

    private void isolation(ContainerSpecBuilder spec) {
        given(RunFlags.HOSTNAME).ifPresent(spec::hostname);
        given(RunFlags.DOMAINNAME).ifPresent(spec::domainname);
        spec.network(NetworkFlags.spec(line))
                .pid(namespace(RunFlags.PID, "PID", List.of()))
                .ipc(namespace(RunFlags.IPC, "IPC", List.of("private", "shareable")))
                .uts(namespace(RunFlags.UTS, "UTS", List.of()))
                .cgroup(namespace(RunFlags.CGROUPNS, "CGROUP", List.of("private")))
                .users(users());
    }

    private NamespaceMode namespace(Flag<String> flag, String name, List<String> own) {
        Optional<String> mode = given(flag);
        if (mode.isEmpty() || own.contains(mode.get())) {
            return NamespaceMode.PRIVATE;
        }
        if (mode.get().equals("host")) {
            return NamespaceMode.HOST;
        }
        List<String> known = new ArrayList<>(List.of("host"));
        known.addAll(own);
        throw Strconv.invalid("--" + flag.name() + ": invalid " + name + " mode: " + Strconv.quote(mode.get())
                + "; there is " + String.join(", ", known));
    }

    private UserMode users() {
        return switch (given(RunFlags.USERNS).orElse("host")) {
            case "host" -> new UserMode.Host();
            case "remap" -> new UserMode.Remap();
            default ->
                throw Strconv.invalid("--userns: invalid USER mode: "
                        + Strconv.quote(line.value(RunFlags.USERNS).orElse("")) + "; there is host, remap");
        };
    }

    private void security(ContainerSpecBuilder spec) {
        line.values(RunFlags.CAP_ADD).forEach(spec::capAdd);
        line.values(RunFlags.CAP_DROP).forEach(spec::capDrop);
        spec.privileged(line.isOn(RunFlags.PRIVILEGED));
        line.values(RunFlags.SECURITY_OPT).forEach(option -> securityOption(spec, option));
        line.values(RunFlags.SYSCTL).forEach(sysctl -> {
            int equals = sysctl.indexOf('=');
            spec.sysctl(sysctl.substring(0, equals), sysctl.substring(equals + 1));
        });
        line.values(RunFlags.DEVICE).stream().map(DeviceFlag::parse).forEach(spec::device);
    }

    /** {@code NAME=VALUE}; the older {@code NAME:VALUE} is Docker's too. */
    private void securityOption(ContainerSpecBuilder spec, String option) {
        int equals = option.indexOf('=');
        int at = equals < 0 ? option.indexOf(':') : equals;
        String name = at < 0 ? option : option.substring(0, at);
        String value = at < 0 ? "" : option.substring(at + 1);
        if (name.equals("no-new-privileges") && at < 0) {
            spec.noNewPrivileges(true);
        } else if (name.equals("no-new-privileges")) {
            spec.noNewPrivileges(Strconv.parseBool(value));
        } else if (name.equals("seccomp") && !value.isEmpty()) {
            spec.seccomp(
                    switch (value) {
                        case "unconfined" -> new Seccomp.Unconfined();
                        case "builtin" -> new Seccomp.Default();
                        default -> Seccomp.Profile.of(files.file(value));
                    });
        } else {
            throw Strconv.invalid("invalid --security-opt: " + Strconv.quote(option)
                    + "; there are seccomp=FILE, seccomp=unconfined and no-new-privileges");
        }
    }

    private void files(ContainerSpecBuilder spec) {
        spec.readOnly(line.isOn(RunFlags.READ_ONLY));
        line.values(RunFlags.VOLUME).forEach(volume -> spec.mount(VolumeFlag.parse(volume, files.directory())));
        line.values(RunFlags.MOUNT).forEach(mount -> spec.mount(mount(mount)));
        line.values(RunFlags.VOLUMES_FROM).forEach(spec::volumesFrom);
        given(RunFlags.VOLUME_DRIVER).ifPresent(driver -> VolumeCreateCommand.requireLocal("volume", driver));
        line.values(RunFlags.TMPFS).forEach(tmpfs -> {
            int colon = tmpfs.indexOf(':');
            String target = VolumeFlag.target(tmpfs, colon < 0 ? tmpfs : tmpfs.substring(0, colon));
            spec.mount(new MountSpec.Tmpfs(target, colon < 0 ? List.of() : options(tmpfs.substring(colon + 1))));
        });
        line.value(RunFlags.SHM_SIZE)
                .map(ByteSize::bytes)
                .filter(bytes -> bytes > 0)
                .ifPresent(spec::shmSize);
    }

    private static List<String> options(String text) {
        return List.of(text.split(",", -1)).stream()
                .filter(option -> !option.isEmpty())
                .toList();
    }

    private MountSpec mount(MountFlag mount) {
        String target = VolumeFlag.target(mount.target(), mount.target());
        return switch (mount.type()) {
            case TMPFS -> {
                if (!mount.source().isEmpty()) {
                    throw Strconv.invalid(
                            "invalid mount config for type \"tmpfs\": field Source must not be specified");
                }
                List<String> options = new ArrayList<>();
                mount.tmpfsSize().ifPresent(bytes -> options.add("size=" + bytes));
                mount.tmpfsMode().ifPresent(mode -> options.add("mode=" + Integer.toOctalString(mode)));
                if (mount.readOnly()) {
                    options.add("ro");
                }
                yield new MountSpec.Tmpfs(target, options);
            }
            case BIND -> bind(mount, target);
            case VOLUME ->
                new MountSpec.Volume(
                        mount.source().isEmpty() ? "" : new VolumeName(mount.source()).text(),
                        target,
                        mount.readOnly(),
                        mount.volume().noCopy(),
                        mount.volume().subpath(),
                        mount.volume().labels(),
                        mount.volume().options());
        };
    }

    private MountSpec.Bind bind(MountFlag mount, String target) {
        if (mount.source().isEmpty()) {
            throw Strconv.invalid("invalid mount config for type \"bind\": field Source must not be empty");
        }
        String propagation = mount.propagation().orElse(VolumeFlag.DEFAULT_PROPAGATION);
        if (!VolumeFlag.PROPAGATIONS.contains(propagation)) {
            throw Strconv.invalid("invalid propagation mode: " + propagation);
        }
        return new MountSpec.Bind(
                files.directory().resolve(mount.source()).normalize().toString(),
                target,
                access(mount),
                propagation,
                mount.recursion() != MountFlag.Recursion.DISABLED,
                false);
    }

    private static MountSpec.Access access(MountFlag mount) {
        if (!mount.readOnly()) {
            return MountSpec.Access.READ_WRITE;
        }
        return mount.recursion() == MountFlag.Recursion.WRITABLE
                ? MountSpec.Access.READ_ONLY_ON_TOP
                : MountSpec.Access.READ_ONLY;
    }

    private void limits(ContainerSpecBuilder spec) {
        spec.resources(ResourceFlags.apply(line, Resources.builder()).build());
        given(RunFlags.CGROUP_PARENT).ifPresent(spec::cgroupParent);
        for (UlimitFlag ulimit : line.values(RunFlags.ULIMIT)) {
            Rlimit.Resource resource = Rlimit.Resource.valueOf(ulimit.name().toUpperCase(Locale.ROOT));
            spec.rlimit(new Rlimit(resource, ulimit.soft(), ulimit.hard()));
        }
        line.value(RunFlags.OOM_SCORE_ADJ).ifPresent(score -> {
            if (score < -1000 || score > 1000) {
                throw Strconv.invalid("Invalid value " + score + ", range for oom score adj is [-1000, 1000]");
            }
            spec.oomScoreAdj(score);
        });
    }
}
