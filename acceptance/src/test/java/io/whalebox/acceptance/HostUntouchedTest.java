package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a container is given and whatever it tries, the host is the same afterwards. */
@EndToEnd
class HostUntouchedTest {
    private final Whalebox whalebox;

    @TempDir
    Path directory;

    HostUntouchedTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    /** What a container could change of a host by mistake, as the host shows it. */
    private static Map<String, String> host() {
        Map<String, String> host = new LinkedHashMap<>();
        for (String file : List.of(
                "/proc/self/mountinfo",
                "/proc/sys/kernel/hostname",
                "/proc/sys/kernel/domainname",
                "/proc/sys/kernel/msgmax",
                "/proc/sys/net/ipv4/ip_forward",
                "/proc/sysvipc/msg",
                "/proc/sysvipc/sem",
                "/proc/sysvipc/shm",
                "/proc/swaps")) {
            host.put(file, Project.read(Path.of(file)));
        }
        host.put("interfaces", names(Path.of("/sys/class/net")));
        host.put("devices", names(Path.of("/dev")));
        host.put("shared memory", names(Path.of("/dev/shm")));
        host.put("this process", Project.read(Path.of("/proc/self/cgroup")));
        host.put("groups", groups());
        return host;
    }

    private static String names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList().toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The control groups of these tests; others come and go with whatever else the machine does. */
    private static String groups() {
        return Project.read(Path.of("/proc/self/mounts"))
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[2].startsWith("cgroup"))
                .map(fields -> Path.of(fields[1], "whalebox-untouched"))
                .filter(Files::exists)
                .toList()
                .toString();
    }

    @Test
    void byAContainerWithManyOptions() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        Map<String, String> before = host();

        whalebox.shell(
                "hostname; cat /proc/sys/net/ipv4/ip_forward; echo x >/data/written; df /dev/shm",
                "--init",
                "--hostname=inside",
                "--domainname=example",
                "--sysctl=net.ipv4.ip_forward=1",
                "--sysctl=kernel.msgmax=4096",
                "--shm-size=1m",
                "--tmpfs=/scratch:size=1m",
                "--volume=" + data + ":/data:rslave",
                "--device=/dev/null:/dev/nothing",
                "--memory=64m",
                "--cpus=0.5",
                "--pids-limit=50",
                "--cgroup-parent=/whalebox-untouched",
                "--ulimit=nofile=100",
                "--oom-score-adj=500",
                "--user=0:0",
                "--group-add=7",
                "--env=A=b");

        assertThat(host()).isEqualTo(before);
        assertThat(data.resolve("written")).hasContent("x\n");
    }

    /**
     * The mistake that swallows the host's /proc: mounting over it while the tree still propagates. Here the container
     * itself does all it can, as far as rights reach that no container should have.
     */
    @ParameterizedTest
    @ValueSource(strings = {"--privileged", "--cap-add=ALL"})
    void byOneThatMountsOverEverythingAndSharesIt(String rights) {
        Map<String, String> before = host();
        String attempts = String.join(
                "; ",
                "mount --make-rshared /",
                "mount -t proc proc /proc",
                "umount -l /proc",
                "mount -t tmpfs none /proc",
                "mount -t tmpfs none /sys",
                "umount -l /dev",
                "hostname other",
                "ip link set lo down",
                "echo done");

        String said = whalebox.run(
                        rights, "--security-opt=seccomp=unconfined", "busybox", "sh", "-c", attempts + " 2>/dev/null")
                .successful()
                .text();

        assertThat(said).endsWith("done\n");
        assertThat(host()).isEqualTo(before);
        assertThat(Path.of("/proc/" + ProcessHandle.current().pid() + "/status"))
                .exists();
    }

    @Test
    void byOneThatNeverRan() {
        Map<String, String> before = host();

        whalebox.run("--hostname=inside", "--cgroup-parent=/whalebox-untouched", "busybox", "no-such-program")
                .endedWith(127);

        assertThat(host()).isEqualTo(before);
    }
}
