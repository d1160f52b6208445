package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.ContainerSpec.DeviceMapping;
import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.ContainerSpec.NamespaceMode;
import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.engine.ContainerSpec.UserMode;
import io.whalebox.linux.Signal;
import io.whalebox.network.NetworkSpec;
import io.whalebox.runtime.Spec.Rlimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options of {@code run} ask of the engine. */
class RunSpecTest {
    private static final Environment ENVIRONMENT = new Environment(Map.of("EDITOR", "vi"));

    @TempDir
    Path directory;

    private ContainerSpec spec(String... words) {
        return RunSpec.of(
                CommandLine.parse(RunFlags.ALL, CommandLine.Order.FLAGS_FIRST, List.of(words)),
                ENVIRONMENT,
                new CallerFiles(directory, OptionalInt.empty()));
    }

    @Test
    void theImageAndItsCommand() {
        ContainerSpec spec = spec("--rm", "--name", "box", "-ti", "--init", "busybox", "sh", "-c", "echo 'ä\n'");

        assertThat(spec.image()).isEqualTo("busybox");
        assertThat(spec.name()).contains("box");
        assertThat(spec.autoRemove()).isTrue();
        assertThat(spec.program().command()).containsExactly("sh", "-c", "echo 'ä\n'");
        assertThat(spec.program().terminal()).isTrue();
        assertThat(spec.program().stdin()).isTrue();
        assertThat(spec.program().init()).isTrue();
    }

    @Test
    void anEmptyEntrypointRemovesTheImages() {
        assertThat(spec("busybox").program().entrypoint()).isEmpty();
        assertThat(spec("--entrypoint", "", "busybox").program().entrypoint()).contains(List.of());
        assertThat(spec("--entrypoint", "/bin/a b", "busybox").program().entrypoint())
                .contains(List.of("/bin/a b"));
    }

    @Test
    void variablesComeFromFilesThenOptionsAndNamesAloneFromTheCaller() throws IOException {
        Files.writeString(directory.resolve("env"), "A=1\n# no\n\n  B=2 = 3\nEDITOR\nUNSET\n");

        assertThat(spec("--env-file", "env", "-e", "A=2", "-e", "EDITOR", "-e", "GONE", "busybox")
                        .program()
                        .env())
                .containsExactly("A=1", "B=2 = 3", "EDITOR=vi", "A=2", "EDITOR=vi", "GONE");
    }

    @Test
    void labels() {
        assertThat(spec("-l", "a=b=c", "--label", "d", "busybox").labels()).isEqualTo(Map.of("a", "b=c", "d", ""));
    }

    @Test
    void userGroupsDirectoryAndSignal() {
        ContainerSpec.Program program = spec(
                        "-u", "1000:100", "--group-add", "audio", "-w", "/srv", "--stop-signal", "INT", "busybox")
                .program();

        assertThat(program.user()).contains("1000:100");
        assertThat(program.groups()).containsExactly("audio");
        assertThat(program.workingDirectory()).contains("/srv");
        assertThat(program.stopSignal()).contains(Signal.parse("INT"));
    }

    @Test
    void namespacesAreItsOwnUnlessTheHosts() {
        ContainerSpec.Isolation own = spec("busybox").isolation();
        assertThat(own.network()).isEqualTo(NetworkSpec.BRIDGE);
        assertThat(List.of(own.pid(), own.ipc(), own.uts(), own.cgroup())).containsOnly(NamespaceMode.PRIVATE);
        assertThat(own.user()).isInstanceOf(UserMode.Host.class);

        ContainerSpec.Isolation shared = spec(
                        "--network=host",
                        "--pid=host",
                        "--ipc=host",
                        "--uts=host",
                        "--cgroupns=host",
                        "--userns=remap",
                        "busybox")
                .isolation();
        assertThat(shared.network()).isEqualTo(NetworkSpec.HOST);
        assertThat(List.of(shared.pid(), shared.ipc(), shared.uts(), shared.cgroup()))
                .containsOnly(NamespaceMode.HOST);
        assertThat(shared.user()).isInstanceOf(UserMode.Remap.class);
    }

    @Test
    void limits() {
        ContainerSpec.Limits limits = spec(
                        "-m",
                        "100m",
                        "--memory-swap",
                        "-1",
                        "--memory-reservation",
                        "64m",
                        "--cpus",
                        "1.5",
                        "-c",
                        "512",
                        "--cpuset-cpus",
                        "0-1",
                        "--cpuset-mems",
                        "0",
                        "--pids-limit",
                        "50",
                        "--blkio-weight",
                        "300",
                        "--ulimit",
                        "nofile=1024:2048",
                        "--oom-score-adj",
                        "-500",
                        "--cgroup-parent",
                        "/batch",
                        "busybox")
                .limits();

        assertThat(limits.resources().memory().limit()).hasValue(100 << 20);
        assertThat(limits.resources().memory().swap()).hasValue(-1);
        assertThat(limits.resources().memory().reservation()).hasValue(64 << 20);
        assertThat(limits.resources().cpu().quota()).hasValue(150_000);
        assertThat(limits.resources().cpu().period()).hasValue(100_000);
        assertThat(limits.resources().cpu().shares()).hasValue(512);
        assertThat(limits.resources().cpu().cpus()).contains("0-1");
        assertThat(limits.resources().cpu().mems()).contains("0");
        assertThat(limits.resources().pids().limit()).hasValue(50);
        assertThat(limits.resources().blockIo().weight()).hasValue(300);
        assertThat(limits.rlimits()).containsExactly(new Rlimit(Rlimit.Resource.NOFILE, 1024, 2048));
        assertThat(limits.oomScoreAdj()).hasValue(-500);
        assertThat(limits.cgroupParent()).contains("/batch");
    }

    @Test
    void whatItMayDo() throws IOException {
        Files.writeString(directory.resolve("profile.json"), "{ \"defaultAction\": \"SCMP_ACT_ALLOW\" }\n");
        ContainerSpec.Security security = spec(
                        "--cap-add",
                        "NET_ADMIN",
                        "--cap-drop=ALL",
                        "--privileged",
                        "--security-opt",
                        "no-new-privileges",
                        "--security-opt",
                        "seccomp=profile.json",
                        "--sysctl",
                        "net.core.somaxconn=1024",
                        "--device",
                        "/dev/fuse",
                        "--device",
                        "/dev/null:/dev/zero:r",
                        "--device",
                        "/dev/tty:rw",
                        "busybox")
                .security();

        assertThat(security.capAdd()).containsExactly("NET_ADMIN");
        assertThat(security.capDrop()).containsExactly("ALL");
        assertThat(security.privileged()).isTrue();
        assertThat(security.noNewPrivileges()).isTrue();
        assertThat(security.seccomp()).isEqualTo(new Seccomp.Profile("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}"));
        assertThat(security.sysctls()).isEqualTo(Map.of("net.core.somaxconn", "1024"));
        assertThat(security.devices())
                .containsExactly(
                        new DeviceMapping("/dev/fuse", "/dev/fuse", "rwm"),
                        new DeviceMapping("/dev/null", "/dev/zero", "r"),
                        new DeviceMapping("/dev/tty", "/dev/tty", "rw"));
        assertThat(spec("--security-opt", "seccomp:unconfined", "busybox")
                        .security()
                        .seccomp())
                .isInstanceOf(Seccomp.Unconfined.class);
    }

    @Test
    void whatItSeesAsItsDisk() {
        ContainerSpec.Files files = spec(
                        "--read-only",
                        "--shm-size",
                        "1m",
                        "-v",
                        "/srv/a:/a",
                        "-v",
                        "./b:/b:ro,rslave",
                        "--mount",
                        "type=bind,\"src=/c,d\",dst=/c,readonly,bind-recursive=disabled",
                        "--mount",
                        "type=bind,src=/e,dst=/e,readonly,bind-recursive=writable",
                        "--mount",
                        "type=tmpfs,dst=/t,tmpfs-size=2k,tmpfs-mode=1770",
                        "--tmpfs",
                        "/run:size=64m,noexec",
                        "--tmpfs",
                        "/tmp",
                        "busybox")
                .files();

        assertThat(files.readOnly()).isTrue();
        assertThat(files.shmSize()).isEqualTo(OptionalLong.of(1 << 20));
        assertThat(files.mounts())
                .containsExactly(
                        new MountSpec.Bind("/srv/a", "/a", MountSpec.Access.READ_WRITE, "rprivate", true, true),
                        new MountSpec.Bind(directory + "/b", "/b", MountSpec.Access.READ_ONLY, "rslave", true, true),
                        new MountSpec.Bind("/c,d", "/c", MountSpec.Access.READ_ONLY, "rprivate", false, false),
                        new MountSpec.Bind("/e", "/e", MountSpec.Access.READ_ONLY_ON_TOP, "rprivate", true, false),
                        new MountSpec.Tmpfs("/t", List.of("size=2048", "mode=1770")),
                        new MountSpec.Tmpfs("/run", List.of("size=64m", "noexec")),
                        new MountSpec.Tmpfs("/tmp", List.of()));
    }

    @Test
    void volumesByName() {
        ContainerSpec.Files files = spec(
                        "-v",
                        "/new",
                        "-v",
                        "data:/data:ro,nocopy",
                        "--mount",
                        "src=more,dst=/more,volume-subpath=a/b,volume-label=x=y,volume-opt=type=tmpfs,readonly",
                        "--volumes-from",
                        "other:ro",
                        "busybox")
                .files();

        assertThat(files.mounts())
                .containsExactly(
                        MountSpec.Volume.of("", "/new", false),
                        new MountSpec.Volume("data", "/data", true, true, "", Map.of(), Map.of()),
                        new MountSpec.Volume(
                                "more", "/more", true, false, "a/b", Map.of("x", "y"), Map.of("type", "tmpfs")));
        assertThat(files.volumesFrom()).containsExactly("other:ro");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-v ''                | invalid empty volume spec",
                "-v /a:/b:ro:c        | too many colons",
                "-v /a:/b:zz          | invalid mode: zz",
                "-v /a:/b:ro,rw       | invalid mode: ro,rw",
                "-v /a:b              | mount path must be absolute: 'b'",
                "-v /a:/              | destination can't be '/'",
                "-v /a:/x/..          | destination can't be '/'",
                "-v d%:/b             | includes invalid characters for a local volume name",
                "-v d:/b              | volume name is too short",
                "-v :/b               | empty section between colons",
                "-v data:/b:rslave    | rslave is for directories of the host",
                "-v /a:/b:nocopy      | nocopy is for volumes",
                "--volume-driver x    | plugin \"x\" not found",
                "--tmpfs x            | mount path must be absolute",
                "--mount type=bind,dst=/b                           | field Source must not be empty",
                "--mount type=tmpfs,src=/a,dst=/b                   | field Source must not be specified",
                "--mount type=volume,src=a,dst=/b                   | volume name is too short",
                "--mount type=bind,src=/a,dst=/b,volume-nocopy      | cannot mix 'volume-*' options",
                "--mount src=data,dst=/b,volume-subpath=../x        | subpath must be a relative path",
                "--mount src=data,dst=/b,volume-driver=x            | plugin \"x\" not found",
                "--mount type=bind,src=/a,dst=/b,bind-propagation=x | invalid propagation mode: x",
                "--device /dev/null:/x:zz | invalid device mode: zz",
                "--device /dev/null:x     | x is not an absolute path",
                "--device ''              | invalid device specification",
                "--mount type=bind,src=/a,dst=/b,bind-recursive=writable | requires 'readonly'",
                "--stop-signal FOO        | invalid signal: FOO",
                "--network none --network home | cannot attach both user-defined and non-user-defined",
                "--network home --network home | network \"home\" is specified multiple times",
                "--network container:a -p 80:80 | conflicting options: port publishing and the container type",
                "--network container:     | invalid container format container:<name|id>",
                "--network host --ip 10.0.0.1 | conflicting options",
                "-p 80-81:80-82           | invalid ranges specified for container and host Ports: 80-82 and 80-81",
                "-p 80:                   | no port specified",
                "-p 80:0                  | invalid containerPort: 0",
                "-p x:80                  | invalid hostPort: x",
                "-p [::1:80:80            | invalid publish specification",
                "--expose 80-79           | invalid range format for --expose: 80-79",
                "--pid container:x        | --pid: invalid PID mode",
                "--userns x               | --userns: invalid USER mode",
                "--security-opt foo       | invalid --security-opt: \"foo\"",
                "--oom-score-adj 5000     | range for oom score adj is [-1000, 1000]",
                "--env-file /nonexistent  | open /nonexistent: no such file or directory",
                "--cpus 1 --cpu-quota 5000 | conflicting options",
            })
    void nonsenseIsRefusedWithTheReason(String options, String reason) {
        String[] words = (options.strip() + " busybox").replace("''", "").split(" ", -1);

        assertThatThrownBy(() -> spec(words)).hasMessageContaining(reason);
    }
}
