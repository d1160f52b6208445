package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container finds below its root. */
@EndToEnd
class RootTest {
    private final Whalebox whalebox;

    RootTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    @ParameterizedTest
    @CsvSource({"null, 1 3", "zero, 1 5", "full, 1 7", "random, 1 8", "urandom, 1 9", "tty, 5 0"})
    void theStandardDevicesAreThere(String device, String number) {
        assertThat(whalebox.shell("stat -c '%F %t %T %a' /dev/" + device))
                .isEqualTo("character special file " + number + " 666");
    }

    @ParameterizedTest
    @CsvSource({
        "fd, /proc/self/fd",
        "stdin, /proc/self/fd/0",
        "stdout, /proc/self/fd/1",
        "stderr, /proc/self/fd/2",
        "ptmx, pts/ptmx"
    })
    void theStandardLinksAreThere(String link, String target) {
        assertThat(whalebox.shell("readlink /dev/" + link)).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        "/, overlay, rw",
        "/proc, proc, 'rw,nosuid,nodev,noexec'",
        "/dev, tmpfs, 'rw,nosuid'",
        "/dev/pts, devpts, 'rw,nosuid,noexec'",
        "/dev/shm, tmpfs, 'rw,nosuid,nodev,noexec'",
        "/dev/mqueue, mqueue, 'rw,nosuid,nodev,noexec'",
        "/sys, sysfs, 'ro,nosuid,nodev,noexec'"
    })
    void fileSystemsAreMounted(String place, String type, String options) {
        String line = whalebox.shell("awk '$2 == \"" + place + "\" { print $3, $4 }' /proc/mounts");
        assertThat(line).startsWith(type + " ");
        assertThat(List.of(line.substring(type.length() + 1).split(",", -1)))
                .containsAll(List.of(options.split(",", -1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/kcore", "/proc/keys", "/proc/timer_list"})
    void whatTellsTooMuchIsMasked(String file) {
        assertThat(whalebox.shell(
                                "[ ! -e " + file + " ] || stat -c '%t %T' " + file + "; head -c 1 " + file + " | wc -c")
                        .lines()
                        .toList())
                .endsWith("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/acpi", "/proc/scsi", "/sys/firmware"})
    void whatReachesHardwareIsEmpty(String directory) {
        assertThat(whalebox.shell("[ ! -e " + directory + " ] || ls -A " + directory))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/proc/irq/default_smp_affinity"})
    void theKernelsSettingsCannotBeWritten(String file) {
        assertThat(whalebox.shell("{ [ -e " + file + " ] && echo x >" + file + "; } || echo refused"))
                .isEqualTo("refused");
    }

    @Test
    void theFilesThatNameHostsAreTheContainersOwn() {
        assertThat(whalebox.shell("cat /etc/hosts")).containsPattern("127\\.0\\.0\\.1\\s+localhost");
        assertThat(whalebox.shell("[ -s /etc/resolv.conf ] && [ -f /etc/hostname ] && echo there"))
                .isEqualTo("there");
    }

    @Test
    void nothingOfTheHostIsMountedOrOpen() {
        assertThat(whalebox.shell("cat /proc/self/mountinfo")).doesNotContain(" /dev/pts/ptmx ");
        assertThat(whalebox.shell("ls /proc/self/fd | wc -l"))
                .as("standard streams, and the directory that ls reads")
                .isEqualTo("4");
    }

    @Test
    void theRootCanBeWrittenUnlessItIsReadOnly() {
        assertThat(whalebox.shell("echo x >/new && cat /new")).isEqualTo("x");
        assertThat(whalebox.shell("echo x >/new || echo refused; echo x >/dev/shm/y && cat /dev/shm/y", "--read-only"))
                .isEqualTo("refused\nx");
    }

    @Test
    void aTmpfsIsPutWhereItIsAsked() {
        assertThat(whalebox.shell(
                        "echo x >/scratch/x && awk '$2 == \"/scratch\" { print $3 }' /proc/mounts",
                        "--read-only",
                        "--tmpfs",
                        "/scratch:size=1m"))
                .isEqualTo("tmpfs");
        assertThat(whalebox.shell(
                        "df -k /s | awk 'END { print $2 }'", "--mount", "type=tmpfs,dst=/s,tmpfs-size=1048576"))
                .isEqualTo("1024");
    }

    @Test
    void aDirectoryOfTheHostIsSharedBothWays(@TempDir Path host) throws IOException {
        Files.writeString(host.resolve("from-host"), "hello");
        assertThat(whalebox.shell("cat /data/from-host; echo bye >/data/from-container", "-v", host + ":/data"))
                .isEqualTo("hello");
        assertThat(host.resolve("from-container")).hasContent("bye\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v|%s:/data:ro", "--mount|type=bind,src=%s,dst=/data,readonly"})
    void aReadOnlyBindCannotBeWritten(String option, @TempDir Path host) {
        String[] words = option.formatted(host).split("\\|", -1);
        assertThat(whalebox.shell("echo x >/data/x || echo refused", words)).isEqualTo("refused");
        assertThat(host).isEmptyDirectory();
    }

    @Test
    void aSourceOfMinusVThatIsNotThereIsMade(@TempDir Path host) {
        whalebox.shell("touch /data/x", "-v", host.resolve("new/deep") + ":/data");
        assertThat(host.resolve("new/deep/x")).exists();
    }

    @Test
    void aFileCanBeBoundToo(@TempDir Path host) throws IOException {
        Path file = Files.writeString(host.resolve("file"), "one file");
        assertThat(whalebox.shell("cat /etc/one", "-v", file + ":/etc/one:ro")).isEqualTo("one file");
    }

    @Test
    void theWorkingDirectoryIsMadeWhenItIsNotThere() {
        assertThat(whalebox.shell("pwd", "-w", "/some/where")).isEqualTo("/some/where");
    }

    @Test
    void theEnvironmentIsWhatIsGiven(@TempDir Path host) throws IOException {
        Path file = Files.writeString(host.resolve("env"), "# comment\nFROM_FILE=two words\nPATH_LIKE=a=b\n");
        String environment = whalebox.shell("env", "-e", "GIVEN=yes", "--env-file", file.toString());
        assertThat(environment.lines())
                .contains("GIVEN=yes", "FROM_FILE=two words", "PATH_LIKE=a=b", "HOME=/root")
                .anyMatch(line -> line.startsWith("PATH=/"))
                .anyMatch(line -> line.matches("HOSTNAME=[0-9a-f]{12}"))
                .noneMatch(line -> line.startsWith("JAVA_HOME") || line.startsWith("WHALEBOX"));
    }

    @Test
    void whatAContainerWritesIsGoneWithIt() {
        whalebox.shell("echo mine >/etc/issue; rm /bin/vi; mkdir /extra");
        assertThat(whalebox.shell("ls / | grep extra; ls /bin/vi")).isEqualTo("/bin/vi");
    }

    @Test
    void withInitTheProgramIsItsChild() {
        assertThat(whalebox.shell("echo $PPID", "--init")).isEqualTo("1");
    }

    @Test
    void aDeviceOfTheHostIsThereWhenAskedFor() {
        assertThat(whalebox.shell("stat -c '%t %T' /dev/inside", "--device", "/dev/null:/dev/inside"))
                .isEqualTo("1 3");
    }

    @Test
    void aKernelSettingOfItsOwnNamespaceCanBeChanged() {
        assertThat(whalebox.shell("cat /proc/sys/net/ipv4/ip_forward", "--sysctl", "net.ipv4.ip_forward=1"))
                .isEqualTo("1");
    }
}
