package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.engine.ContainerSpec.UserMode;
import io.whalebox.image.BusyboxImage;
import io.whalebox.image.Reference;
import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FdInputStream;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Pipe;
import io.whalebox.linux.Processes;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.NetworkSpec;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.LaunchException;
import io.whalebox.runtime.Spec.Rlimit;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CgroupPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Further programs of containers: what they may do is what the container's own program may. */
@Tag("cgroup2")
class ExecTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String RIGHTS = "grep -E '^(Cap(Prm|Eff|Bnd|Inh|Amb)|NoNewPrivs|Seccomp):' /proc/$P/status";

    @TempDir
    Path directory;

    private Engine engine;

    @BeforeEach
    void openAnEngineWithAnImage() {
        assumeTrue(Processes.effectiveUser() == 0, "making containers needs root");
        assumeTrue(Files.exists(BUSYBOX), "needs busybox-static");
        engine = Engine.open(new Home(directory.resolve("root"), directory.resolve("run")));
        new BusyboxImage(engine.images(), BUSYBOX).assemble(Reference.parse("busybox"));
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.containers().forEach(engine::kill);
            engine.close();
        }
    }

    @Test
    void outputErrorsAndStatusArriveApart() throws IOException {
        ContainerRecord container = start(idle());

        Exec exec = exec(container, ExecSpec.of("sh", "-c", "echo out; echo err >&2; exit 7"));

        assertThat(exec.await()).isEqualTo(7);
        assertThat(directory.resolve("output")).hasContent("out");
        assertThat(directory.resolve("error")).hasContent("err");
        assertThat(leftovers(container)).isEmpty();
    }

    @Test
    void aSignalIsForTheProgramAlone() throws IOException {
        ContainerRecord container = start(idle());
        Exec exec = exec(container, ExecSpec.of("sleep", "1000"));

        assertThat(exec.signal(Signal.KILL)).isTrue();

        assertThat(exec.await()).isEqualTo(137);
        assertThat(exec.signal(Signal.KILL)).isFalse();
        assertThat(engine.isRunning(container)).isTrue();
    }

    @Test
    void theEnvironmentIsTheContainersWithWhatIsAdded() throws IOException {
        ContainerRecord container =
                start(idle().env("KEPT=\udcff1").env("CHANGED=old").hostname("box"));

        assertThat(output(
                        container,
                        ExecSpec.of("sh", "-c", "echo $KEPT | od -An -tx1; echo $CHANGED $ADDED $HOSTNAME $HOME")
                                .env("CHANGED=new", "ADDED=2")))
                .isEqualTo(" ff 31 0a\nnew 2 box /root\n");
    }

    @Test
    void theWorkingDirectoryIsTheContainersUnlessSaidOtherwise() throws IOException {
        ContainerRecord container = start(idle().workingDirectory("/srv/work"));

        assertThat(output(container, ExecSpec.of("pwd"))).isEqualTo("/srv/work\n");
        assertThat(output(container, ExecSpec.of("pwd").workingDirectory("/etc")))
                .isEqualTo("/etc\n");
        assertThatThrownBy(() -> exec(container, ExecSpec.of("pwd").workingDirectory("/none")))
                .isInstanceOf(LaunchException.class)
                .hasMessage("could not use /none as the working directory: no such file or directory");
        assertThat(leftovers(container)).isEmpty();
    }

    @Test
    void usersAreThoseThatTheContainerKnowsNow() throws IOException {
        ContainerRecord container = start(
                ready("echo app:x:1234:5678::/home/app:/bin/sh >> /etc/passwd; echo more:x:77:app >> /etc/group"));

        assertThat(output(
                        container,
                        ExecSpec.of("sh", "-c", "id -u; id -G; echo $HOME").user("app")))
                .isEqualTo("1234\n5678 77\n/home/app\n");
        assertThatThrownBy(() -> exec(container, ExecSpec.of("true").user("nobodys")))
                .hasMessage("unable to find user nobodys: no matching entries in passwd file");
    }

    @Test
    void rightsAreThoseOfTheContainersOwnProgram() throws IOException {
        ContainerRecord container = start(idle().capDrop("CHOWN")
                .capAdd("NET_ADMIN")
                .noNewPrivileges(true)
                .rlimit(new Rlimit(Rlimit.Resource.NOFILE, 123, 456)));

        String own = output(container, ExecSpec.of("sh", "-c", "P=1; " + RIGHTS));
        assertThat(own).contains("Seccomp:\t2").contains("NoNewPrivs:\t1");
        assertThat(output(container, ExecSpec.of("sh", "-c", "P=self; " + RIGHTS)))
                .isEqualTo(own);
        assertThat(output(container, ExecSpec.of("sh", "-c", "ulimit -Sn; ulimit -Hn")))
                .isEqualTo("123\n456\n");
    }

    @Test
    void aPrivilegedProgramHasAllCapabilities() throws IOException {
        ContainerRecord container = start(idle().capDrop("ALL"));
        String all = "%016x"
                .formatted(CapabilitySet.ALL
                        .within(CapabilitySet.bounding())
                        .given()
                        .mask());

        assertThat(output(
                        container,
                        ExecSpec.of("grep", "CapEff", "/proc/self/status").privileged(true)))
                .isEqualTo("CapEff:\t" + all + "\n");
        assertThat(output(container, ExecSpec.of("grep", "CapEff", "/proc/self/status")))
                .isEqualTo("CapEff:\t0000000000000000\n");
    }

    @Test
    void aProgramOfARemappedContainerIsRemapped() throws IOException {
        ContainerRecord container = start(idle().users(new UserMode.Remap()));

        assertThat(output(container, ExecSpec.of("sh", "-c", "id -u; touch /made; stat -c %u /made")))
                .isEqualTo("0\n0\n");
        String maps = output(container, ExecSpec.of("cat", "/proc/1/uid_map"));
        assertThat(output(container, ExecSpec.of("cat", "/proc/self/uid_map"))).isEqualTo(maps);
        assertThat(maps).doesNotContain("4294967295");
    }

    @Test
    void aReadOnlyRootIsReadOnlyForAll() throws IOException {
        ContainerRecord container = start(idle().readOnly(true));

        assertThat(exec(container, ExecSpec.of("touch", "/made")).await()).isEqualTo(1);
        assertThat(directory.resolve("error")).content().contains("Read-only file system");
    }

    @Test
    void aProgramCountsAgainstTheLimitsOfTheContainer() throws IOException {
        ContainerRecord container = start(idle());
        Exec exec = exec(container, ExecSpec.of("sleep", "1000"));

        Cgroup group = engine.cgroups().find(CgroupPath.of(container.cgroup())).orElseThrow();
        assertThat(group.processes()).contains(exec.pid());
        assertThat(output(container, ExecSpec.of("cmp", "/proc/self/cgroup", "/proc/1/cgroup")))
                .isEmpty();
        engine.kill(container);
        assertThat(exec.await()).isEqualTo(137);
    }

    @Test
    void aPausedContainerIsLeftInPeace() throws IOException {
        ContainerRecord container = start(idle());
        engine.container(container).pause();

        assertThatThrownBy(() -> exec(container, ExecSpec.of("true")))
                .hasMessage("Container " + container.id() + " is paused, unpause the container before exec");
    }

    @Test
    void thereIsNothingToEnterOfAContainerThatHasEnded() throws IOException {
        ContainerRecord container = start(idle());
        engine.kill(container);

        assertThatThrownBy(() -> exec(container, ExecSpec.of("true")))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessage("container " + container.id() + " is not running");
    }

    private static ContainerSpecBuilder idle() {
        return ContainerSpec.of("busybox").network(NetworkSpec.NONE).command("sleep", "1000");
    }

    /** One that has done something before it is idle. */
    private static ContainerSpecBuilder ready(String script) {
        return ContainerSpec.of("busybox")
                .network(NetworkSpec.NONE)
                .command("sh", "-c", script + "; echo ready; exec sleep 1000");
    }

    private ContainerRecord start(ContainerSpecBuilder spec) throws IOException {
        Pipe pipe = Pipe.open();
        ControlSocket.Pair pair = ControlSocket.pair();
        boolean waits = spec.build().program().command().contains("sh");
        try (Fd theirs = pair.theirs();
                Fd write = pipe.write();
                Fd read = pipe.read();
                ControlSocket _ = pair.ours()) {
            Container container = engine.start(
                    spec.logging(Logging.none()).build(),
                    new StartOptions(
                            List.of(Attachment.of().connection(theirs).output(write)), Optional.empty(), _ -> {}));
            if (waits) {
                assertThat(new FdInputStream(read).read()).isEqualTo('r');
            }
            return engine.find(container.id());
        }
    }

    /** Starts a program whose streams are files. */
    private Exec exec(ContainerRecord container, ExecSpec spec) {
        int write = OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_WRONLY;
        try (Fd output = Fd.open(directory.resolve("output").toString(), write);
                Fd error = Fd.open(directory.resolve("error").toString(), write)) {
            return engine.exec(
                    container, spec, List.of(Attachment.of().output(output).error(error)));
        }
    }

    /** What a program printed that ended well. */
    private String output(ContainerRecord container, ExecSpec spec) throws IOException {
        int status = exec(container, spec).await();
        assertThat(directory.resolve("error")).isEmptyFile();
        assertThat(status).isZero();
        return Files.readString(directory.resolve("output"));
    }

    private List<Path> leftovers(ContainerRecord container) throws IOException {
        try (Stream<Path> list = Files.list(
                directory.resolve("root/containers").resolve(container.id()).resolve("exec"))) {
            return list.toList();
        }
    }
}
