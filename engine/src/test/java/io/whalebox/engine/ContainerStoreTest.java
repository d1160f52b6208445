package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.engine.ContainerSpec.DeviceMapping;
import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.ContainerSpec.NamespaceMode;
import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.engine.ContainerSpec.UserMode;
import io.whalebox.engine.event.EventLog;
import io.whalebox.image.ContainerDefaults;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.DnsSpec;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.ExposedPort;
import io.whalebox.network.HostEntry;
import io.whalebox.network.LinkSpec;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkSpec;
import io.whalebox.network.PortSpec;
import io.whalebox.network.Protocol;
import io.whalebox.runtime.Spec.IdMapping;
import io.whalebox.runtime.Spec.Rlimit;
import io.whalebox.runtime.cgroup.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written down of containers comes back as it was, or is said to be damaged. */
class ContainerStoreTest {
    private static final String ID = "ab".repeat(32);

    @TempDir
    Path directory;

    private ContainerStore store;

    @BeforeEach
    void makeADirectory() throws IOException {
        Home home = new Home(directory.resolve("root"), directory.resolve("run"));
        store = new ContainerStore(home, EventLog.in(home.run()));
        Files.createDirectories(home.container(ID));
        Files.createDirectories(home.names());
    }

    /** The store as another process sees it, which has not written what it reads. */
    private ContainerStore again() {
        Home home = new Home(directory.resolve("root"), directory.resolve("run"));
        return new ContainerStore(home, EventLog.in(home.run()));
    }

    private static ContainerConfig config(ContainerSpec spec, ContainerDefaults defaults) {
        return new ContainerConfig(ID, "box", "2026-01-02T03:04:05Z", spec, "sha256:1", List.of("sha256:2"), defaults);
    }

    /** Every choice that is not the default. */
    private static ContainerSpec full() {
        return ContainerSpec.of("busybox:1")
                .name("box")
                .label("stage", "test\udcff")
                .command("sh", "-c", "echo \udc80\udcfe ü 😀")
                .entrypoint(List.of())
                .env("RAW=\udcff")
                .workingDirectory("/srv")
                .user("1:2")
                .group("audio")
                .terminal(true)
                .stdin(true)
                .attached("stderr")
                .init(true)
                .stopSignal(Signal.HUP)
                .hostname("host")
                .domainname("domain")
                .network(new NetworkSpec(
                        new NetworkMode.Attached(List.of(new EndpointSpec(
                                "web",
                                Optional.of("10.0.0.2"),
                                Optional.empty(),
                                Optional.of("02:42:00:00:00:01"),
                                List.of("alias"),
                                List.of(new LinkSpec("db", "data"))))),
                        List.of(new PortSpec(Protocol.UDP, "127.0.0.1", 80, 90, 53)),
                        true,
                        List.of(new ExposedPort(53, Protocol.UDP)),
                        new DnsSpec(List.of("1.1.1.1"), List.of("local"), List.of("ndots:1")),
                        List.of(new HostEntry("host", HostEntry.GATEWAY))))
                .pid(NamespaceMode.HOST)
                .users(new UserMode.Mapped(
                        List.of(new IdMapping(0, 100000, 65536)), List.of(new IdMapping(0, 200000, 65536))))
                .capAdd("NET_ADMIN")
                .capDrop("ALL")
                .noNewPrivileges(true)
                .seccomp(new Seccomp.Profile("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}"))
                .sysctl("net.ipv4.ip_forward", "1")
                .device(new DeviceMapping("/dev/null", "/dev/nothing", "rw"))
                .readOnly(true)
                .mount(new MountSpec.Bind("/a\udcff", "/b", MountSpec.Access.READ_ONLY, "rslave", true, true))
                .mount(new MountSpec.Tmpfs("/t", List.of("size=1m")))
                .shmSize(1 << 20)
                .resources(Resources.builder()
                        .memoryLimit(1 << 26)
                        .nanoCpus(1_500_000_000)
                        .cpusetCpus("0")
                        .pidsLimit(7)
                        .build())
                .cgroupParent("/elsewhere")
                .rlimit(new Rlimit(Rlimit.Resource.NOFILE, 1, 2))
                .oomScoreAdj(-5)
                .restart(RestartPolicy.parse("on-failure:3"))
                .stopTimeoutSeconds(-1)
                .health(new ContainerDefaults.Healthcheck(List.of("CMD", "true"), 1_000_000, 0, 0, 0, 2))
                .logging(new Logging("local", Map.of("max-size", "1m"), 1 << 20, 3))
                .build();
    }

    @Test
    void everythingThatWasAskedComesBack() {
        ContainerDefaults defaults = new ContainerDefaults(
                Optional.of("app"),
                new TreeSet<>(List.of("80/tcp")),
                List.of("A=1"),
                List.of("/entry"),
                List.of("cmd"),
                Optional.of(new ContainerDefaults.Healthcheck(List.of("CMD", "true"), 1, 2, 3, 4, 5)),
                new TreeSet<>(List.of("/data")),
                Optional.of("/"),
                Map.of("from", "image"),
                Optional.of("SIGQUIT"),
                List.of("RUN true"),
                List.of("/bin/sh"));
        ContainerConfig config = config(full(), defaults);

        store.save(config);

        assertThat(again().find(ID)).contains(new ContainerRecord(config, ContainerState.CREATED, false));
    }

    @Test
    void whatWasLeftOpenStaysOpen() {
        ContainerConfig config =
                config(ContainerSpec.of("busybox").users(new UserMode.Remap()).build(), ContainerDefaults.NONE);

        store.save(config);

        assertThat(again().find(ID).orElseThrow().config()).isEqualTo(config);
    }

    @Test
    void whatBecomesOfItIsKeptBeside() {
        ContainerSpec spec = ContainerSpec.of("busybox")
                .restart(RestartPolicy.parse("always"))
                .build();
        ContainerConfig config = config(spec, ContainerDefaults.NONE);
        ContainerState ended = ContainerState.CREATED.startedAt("1", 2).endedAt("2", 137, true);

        store.save(config);
        store.save(new ContainerRecord(config, ended, false));
        store.stopped(ID);

        ContainerRecord record = again().find(ID).orElseThrow();
        assertThat(record.state()).isEqualTo(ended);
        assertThat(record.stoppedByUser()).isTrue();
        store.forgetRun(ID, false);
        assertThat(again().find(ID).orElseThrow().stoppedByUser()).isTrue();
        store.forgetRun(ID, true);
        assertThat(again().find(ID).orElseThrow().stoppedByUser()).isFalse();
    }

    @Test
    void aNewNameIsWrittenDown() {
        ContainerConfig config = config(ContainerSpec.of("busybox").build(), ContainerDefaults.NONE);

        store.save(config);
        store.save(config.called("other"));

        assertThat(again().find(ID).orElseThrow().name()).isEqualTo("other");
    }

    @Test
    void aRecordOfAnEarlierBuildIsStillOne() throws IOException {
        ContainerConfig config = config(ContainerSpec.of("busybox").build(), ContainerDefaults.NONE);
        store.save(config);
        Path file = directory.resolve("root/containers").resolve(ID).resolve("container.json");
        String text = Files.readString(file);
        assertThat(text).contains("\"attached\":[],");
        Files.writeString(file, text.replace("\"attached\":[],", ""));

        assertThat(again().find(ID).orElseThrow().config()).isEqualTo(config);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "null", "[]", "{\"started\":5}", "\u0000\u0000", "{\"id\":\"x\"}"})
    void aFileThatIsNoRecordIsDamage(String text) throws IOException {
        store.save(config(ContainerSpec.of("busybox").build(), ContainerDefaults.NONE));
        Files.writeString(directory.resolve("root/containers").resolve(ID).resolve("container.json"), text);

        assertThatThrownBy(() -> again().find(ID))
                .isInstanceOf(WhaleboxException.class)
                .hasMessageContaining("container " + ID + " is damaged: ")
                .hasMessageEndingWith("can't be read; remove it by whalebox rm -f");
        assertThat(again().list()).isEmpty();
    }

    @Test
    void aStateThatWasCutOffIsDamage() throws IOException {
        ContainerConfig config = config(ContainerSpec.of("busybox").build(), ContainerDefaults.NONE);
        store.save(config);
        store.save(new ContainerRecord(config, ContainerState.CREATED.startedAt("1", 0), false));
        Path file = directory.resolve("root/containers").resolve(ID).resolve("state.json");
        Files.writeString(file, Files.readString(file).substring(0, 9));

        assertThatThrownBy(() -> again().find(ID)).hasMessageContaining("state.json can't be read");
    }
}
