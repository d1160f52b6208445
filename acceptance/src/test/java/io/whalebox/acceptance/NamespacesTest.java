package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@EndToEnd
class NamespacesTest {
    private final Whalebox whalebox;

    NamespacesTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    private static String ofHost(String namespace) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString();
    }

    private String ofContainer(String namespace, String... options) {
        return whalebox.shell("readlink /proc/self/ns/" + namespace, options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnt", "pid", "uts", "ipc", "net", "cgroup"})
    void aContainerHasItsOwn(String namespace) throws IOException {
        assertThat(ofContainer(namespace)).startsWith(namespace + ":[").isNotEqualTo(ofHost(namespace));
    }

    @ParameterizedTest
    @CsvSource({"pid, --pid=host", "uts, --uts=host", "ipc, --ipc=host", "net, --network=host"})
    void sharesTheHostsWhereAsked(String namespace, String option) throws IOException {
        assertThat(ofContainer(namespace, option)).isEqualTo(ofHost(namespace));
    }

    @Test
    void rootIsTheHostsRootUnlessIdsAreMapped() throws IOException {
        assertThat(ofContainer("user")).isEqualTo(ofHost("user"));
        assertThat(ofContainer("user", "--userns=host")).isEqualTo(ofHost("user"));
    }

    @Test
    @Tag("cgroup2")
    void mapsRootToSomebodyWithoutRightsOnRequest() throws IOException {
        assertThat(ofContainer("user", "--userns=remap")).isNotEqualTo(ofHost("user"));
        String[] map = whalebox.shell("id -u; cat /proc/self/uid_map", "--userns=remap")
                .strip()
                .split("\\s+", -1);
        assertThat(map[0]).as("uid inside").isEqualTo("0");
        assertThat(map[1]).as("first id mapped").isEqualTo("0");
        assertThat(Long.parseLong(map[2])).as("who that is outside").isPositive();
        assertThat(Long.parseLong(map[3])).as("how many").isGreaterThanOrEqualTo(65536);
    }

    @Test
    @Tag("cgroup2")
    void filesOfTheImageBelongToRootForAMappedContainerToo() {
        assertThat(whalebox.shell("stat -c %u:%g / /bin/busybox; touch /mine && stat -c %u /mine", "--userns=remap"))
                .isEqualTo("0:0\n0:0\n0");
    }

    @Test
    void theProgramIsProcessOneAndSeesNoOther() {
        assertThat(whalebox.shell("echo $$; ls -d /proc/[0-9]* | wc -l").lines())
                // The shell and ls; wc has no directory while ls looks, or has one already.
                .satisfies(lines -> assertThat(lines.getFirst()).isEqualTo("1"))
                .satisfies(
                        lines -> assertThat(Integer.parseInt(lines.getLast())).isLessThanOrEqualTo(3));
    }

    @Test
    void theHostnameIsTheContainersOwn() throws IOException {
        String before = Project.read(Path.of("/proc/sys/kernel/hostname"));
        assertThat(whalebox.shell("hostname")).matches("[0-9a-f]{12}");
        assertThat(whalebox.shell("hostname; cat /etc/hostname", "--hostname", "whale"))
                .isEqualTo("whale\nwhale");
        assertThat(Project.read(Path.of("/proc/sys/kernel/hostname"))).isEqualTo(before);
    }

    @Test
    void theHostsMessageQueuesAreNotThere() {
        String made = Command.of("ipcmk", "-Q").run().successful().text();
        String id = made.replaceAll("\\D", "");
        try {
            assertThat(Project.read(Path.of("/proc/sysvipc/msg")).lines()).hasSizeGreaterThan(1);
            assertThat(whalebox.shell("tail -n +2 /proc/sysvipc/msg")).isEmpty();
        } finally {
            Command.of("ipcrm", "-q", id).run().successful();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--network=none"})
    void theNetworkIsLoopbackAndItIsUp(String option) {
        String[] options = option.isEmpty() ? new String[0] : new String[] {option};
        assertThat(whalebox.shell("ls /sys/class/net; cat /sys/class/net/lo/flags; ip -o -4 addr", options)
                        .lines())
                .satisfies(lines -> assertThat(lines.get(0)).isEqualTo("lo"))
                .satisfies(lines -> assertThat(Integer.decode(lines.get(1)) & 1).isEqualTo(1))
                .satisfies(lines -> assertThat(lines.get(2)).contains("127.0.0.1/8"));
    }

    /** The mistake that swallows the host's /proc: mounting over it before the tree stops propagating. */
    @Test
    void theHostsMountsAndProcStayAsTheyAre() {
        String before = Project.read(Path.of("/proc/self/mountinfo"));
        whalebox.shell(
                "mount -t tmpfs none /tmp && mount -t proc proc /tmp",
                "--cap-add",
                "SYS_ADMIN",
                "--security-opt",
                "seccomp=unconfined");
        assertThat(Project.read(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
        assertThat(Path.of("/proc/" + ProcessHandle.current().pid())).exists();
    }
}
