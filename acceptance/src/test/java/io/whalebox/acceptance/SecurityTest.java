package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container may not do, checked from inside. */
@EndToEnd
class SecurityTest {
    /** chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot mknod ... */
    private static final String DOCKERS = "00000000a80425fb";

    private static final String NONE = "0000000000000000";

    private final Whalebox whalebox;

    SecurityTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    /** The fields of the program's own /proc/self/status. */
    private Map<String, String> status(String... options) {
        return whalebox.shell("cat /proc/self/status", options)
                .lines()
                .map(line -> line.split(":\\s*", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].strip()));
    }

    @Test
    void capabilitiesAreDockers() {
        assertThat(status())
                .containsEntry("CapEff", DOCKERS)
                .containsEntry("CapPrm", DOCKERS)
                .containsEntry("CapBnd", DOCKERS)
                .containsEntry("Seccomp", "2")
                .containsEntry("NoNewPrivs", "0");
    }

    /** CVE-2022-29162, CVE-2022-24769, CVE-2022-27649: an inheritable set hands capabilities to any program. */
    @ParameterizedTest
    @ValueSource(strings = {"--cap-add=NET_ADMIN", "--privileged", "--cap-add=ALL"})
    void cve_2022_29162_nothingIsInheritableOrAmbient(String option) {
        assertThat(status(option)).containsEntry("CapInh", NONE).containsEntry("CapAmb", NONE);
        assertThat(status()).containsEntry("CapInh", NONE).containsEntry("CapAmb", NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "--cap-drop=ALL, 0000000000000000",
        "--cap-add=SYS_ADMIN, 00000000a82425fb",
        "--cap-add=cap_sys_admin, 00000000a82425fb",
        "--cap-drop=MKNOD, 00000000a00425fb"
    })
    void capabilitiesAreAddedAndDropped(String option, String expected) {
        assertThat(status(option)).containsEntry("CapEff", expected).containsEntry("CapBnd", expected);
    }

    @Test
    void privilegedHasWhatTheHostsRootHas() {
        Pattern bounding = Pattern.compile("CapBnd:\\s*(\\w+)");
        var host = bounding.matcher(Project.read(Path.of("/proc/self/status")));
        assertThat(host.find()).isTrue();
        assertThat(status("--privileged"))
                .containsEntry("CapEff", host.group(1))
                .containsEntry("Seccomp", "0");
    }

    @Test
    void anOrdinaryUserHasNone() {
        assertThat(status("-u", "1000:1000"))
                .containsEntry("CapEff", NONE)
                .containsEntry("CapPrm", NONE)
                .containsEntry("Uid", "1000\t1000\t1000\t1000")
                .containsEntry("Gid", "1000\t1000\t1000\t1000");
    }

    @Test
    void noNewPrivilegesWhereAsked() {
        assertThat(status("--security-opt", "no-new-privileges")).containsEntry("NoNewPrivs", "1");
    }

    /** CVE-2022-36109, CVE-2022-2989: without its own group in the list, a group's denial does not bind a process. */
    @Test
    void cve_2022_36109_theUsersGroupIsAmongItsGroups() {
        assertThat(status("-u", "1000:1000")).containsEntry("Groups", "1000");
        assertThat(whalebox.shell("id -G", "-u", "1000:1000", "--group-add", "2000"))
                .isEqualTo("1000 2000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t tmpfs none /tmp",
                "unshare -m true",
                "unshare -U true",
                "chroot / umount /proc",
                "hwclock -w",
                "swapoff /nothing",
                "hostname other"
            })
    void whatThePolicyRefusesIsRefused(String attempt) {
        assertThat(whalebox.shell(attempt + " 2>&1 || echo refused")).endsWith("refused");
    }

    @Test
    void theSystemCallFilterRefusesByItself() {
        // With the capability, only the filter stands between the program and a new user namespace.
        assertThat(whalebox.shell("unshare -U true 2>&1 || echo refused"))
                .contains("not permitted")
                .endsWith("refused");
        assertThat(whalebox.shell(
                        "unshare -U echo made", "--security-opt", "seccomp=unconfined", "--cap-add", "SYS_ADMIN"))
                .isEqualTo("made");
        assertThat(status("--security-opt", "seccomp=unconfined")).containsEntry("Seccomp", "0");
    }

    @Test
    void aProfileOfTheUsersOwnIsUsed(@TempDir Path host) throws IOException {
        Path profile = Files.writeString(host.resolve("profile.json"), """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}
                """);
        assertThat(whalebox.shell("mkdir /x 2>&1 || true", "--security-opt", "seccomp=" + profile))
                .contains("No space left on device");
    }

    @Test
    void aProfileIsKeptWhenItsFileIsGone(@TempDir Path host) throws IOException {
        Path profile = Files.writeString(host.resolve("profile.json"), """
                {"defaultAction": "SCMP_ACT_ALLOW", "comment": "\\" a  b",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}
                """);
        whalebox.command("create", "--name", "kept", "--security-opt", "seccomp=" + profile, "busybox", "mkdir", "/x")
                .run()
                .successful();
        Files.delete(profile);

        assertThat(whalebox.command("inspect", "-f", "{{index .HostConfig.SecurityOpt 0}}", "kept")
                        .run()
                        .successful()
                        .text())
                .startsWith("seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\",\"comment\":\"\\\" a  b\",\"syscalls\":[");
        assertThat(whalebox.command("start", "-a", "kept").run().endedWith(1).complaint())
                .contains("No space left on device");
        whalebox.command("rm", "kept").run().successful();
    }

    /** CVE-2024-21626: a host directory that stays open is reached as a working directory below /proc. */
    @Test
    void cve_2024_21626_noDescriptorOfTheHostCanBeTheWorkingDirectory() {
        for (int fd = 3; fd < 12; fd++) {
            Command.Result result = whalebox.run(
                    "-w", "/proc/self/fd/" + fd, "busybox", "sh", "-c", "cat ../../../../../../../etc/passwd; pwd");
            assertThat(result.text()).as("descriptor %d", fd).doesNotContain("daemon");
        }
    }

    /** CVE-2023-25809, CVE-2022-0492: who can write control groups can run programs on the host. */
    @Test
    void cve_2022_0492_controlGroupsCannotBeWritten() {
        assertThat(whalebox.shell(
                        "for d in /sys/fs/cgroup /sys/fs/cgroup/*/; do mkdir $d/x 2>/dev/null && echo made $d;"
                                + " echo x >$d/release_agent && echo wrote; done 2>/dev/null; true"))
                .isEmpty();
    }

    /** CVE-2021-30465, CVE-2023-27561: a link in the image where a volume is to be mounted. */
    @Test
    void cve_2021_30465_aVolumesTargetIsResolvedInsideTheRoot(@TempDir Path host) throws IOException {
        Path outside = Files.createDirectory(host.resolve("outside"));
        Path volume = Files.createDirectory(host.resolve("volume"));
        Files.writeString(volume.resolve("here"), "");
        assertThat(whalebox.shell("ls /out" + outside, "-v", volume + ":/proc/../out" + outside))
                .isEqualTo("here");
        assertThat(outside).isEmptyDirectory();
    }

    /** CVE-2021-41091, CVE-2024-25621: users of the host run set-uid files from the store. */
    @Test
    void cve_2021_41091_theStoreIsRootsAlone() throws IOException {
        whalebox.shell("true");
        assertThat(Files.getPosixFilePermissions(whalebox.store()))
                .hasToString("[OWNER_READ, OWNER_WRITE, OWNER_EXECUTE]");
    }

    /** CVE-2019-5736: the program that enters a container is the engine's own, and a container overwrites it. */
    @Test
    void cve_2019_5736_theInitCannotBeOverwritten() {
        assertThat(whalebox.shell("(echo '#!' >/proc/1/exe) 2>/dev/null || echo refused", "--init"))
                .isEqualTo("refused");
    }
}
