package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilitySetTest {
    private static final CapabilitySet ALL = CapabilitySet.ALL;

    @Test
    void numbersAreTheKernelsOwn() throws IOException {
        Path header = Path.of("/usr/include/linux/capability.h");
        assumeTrue(Files.exists(header), header + " is not installed");
        Map<String, Integer> expected = new HashMap<>();
        Matcher define =
                Pattern.compile("(?m)^#define (CAP_[A-Z_]+)\\s+(\\d+)$").matcher(Files.readString(header));
        while (define.find()) {
            expected.put(define.group(1), Integer.valueOf(define.group(2)));
        }

        Map<String, Integer> ours = new HashMap<>();
        for (Capability capability : Capability.values()) {
            ours.put(capability.kernelName(), capability.number());
        }

        assertThat(ours).hasSize(41).containsAllEntriesOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NET_ADMIN", "CAP_NET_ADMIN", "net_admin", "cap_net_admin", "Cap_Net_Admin"})
    void aNameIsTakenWithOrWithoutPrefixInAnyCase(String name) {
        assertThat(Capability.parse(name)).contains(Capability.NET_ADMIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CAP_", "NETADMIN", "NET_ADMIN ", "CAP_CAP_NET_ADMIN", "ALL"})
    void anythingElseIsNoName(String name) {
        assertThat(Capability.parse(name)).isEmpty();
    }

    @Test
    void aContainerThatAsksForNothingHasDockersFourteenInDockersOrder() {
        assertThat(CapabilitySet.DEFAULT.names())
                .containsExactly(
                        "CAP_CHOWN",
                        "CAP_DAC_OVERRIDE",
                        "CAP_FSETID",
                        "CAP_FOWNER",
                        "CAP_MKNOD",
                        "CAP_NET_RAW",
                        "CAP_SETGID",
                        "CAP_SETUID",
                        "CAP_SETFCAP",
                        "CAP_SETPCAP",
                        "CAP_NET_BIND_SERVICE",
                        "CAP_SYS_CHROOT",
                        "CAP_KILL",
                        "CAP_AUDIT_WRITE");
        assertThat(adjusted(List.of(), List.of())).isEqualTo(CapabilitySet.DEFAULT);
    }

    @Test
    void theMaskIsWhatProcShows() {
        // A container of Docker's shows exactly this in CapEff.
        assertThat(CapabilitySet.DEFAULT.mask()).isEqualTo(0x00000000a80425fbL);
        assertThat(ALL.mask()).isEqualTo(0x000001ffffffffffL);
    }

    @Test
    void addsComeAfterDefaults() {
        assertThat(adjusted(List.of("SYS_PTRACE", "net_admin"), List.of()).names())
                .hasSize(16)
                .endsWith("CAP_AUDIT_WRITE", "CAP_NET_ADMIN", "CAP_SYS_PTRACE");
    }

    @Test
    void dropsTakeAway() {
        assertThat(adjusted(List.of(), List.of("chown", "CAP_KILL", "SYS_ADMIN"))
                        .names())
                .hasSize(12)
                .doesNotContain("CAP_CHOWN", "CAP_KILL");
    }

    @Test
    void whatIsBothDroppedAndAddedStays() {
        assertThat(adjusted(List.of("CHOWN"), List.of("CHOWN")).contains(Capability.CHOWN))
                .isTrue();
    }

    @Test
    void addingAllGivesEverythingButTheDropped() {
        assertThat(adjusted(List.of("all"), List.of("SYS_ADMIN", "MKNOD")))
                .isEqualTo(ALL.without(CapabilitySet.of(Capability.SYS_ADMIN, Capability.MKNOD)));
    }

    @Test
    void droppingAllLeavesTheAdded() {
        assertThat(adjusted(List.of("NET_RAW", "SYS_TIME"), List.of("ALL", "CHOWN")))
                .isEqualTo(CapabilitySet.of(Capability.NET_RAW, Capability.SYS_TIME));
        assertThat(adjusted(List.of(), List.of("All"))).isEqualTo(CapabilitySet.NONE);
    }

    @Test
    void addingAllWinsOverDroppingAll() {
        assertThat(adjusted(List.of("ALL"), List.of("ALL"))).isEqualTo(ALL);
    }

    @Test
    void allMeansWhatThisMachineHas() {
        CapabilitySet available = ALL.without(CapabilitySet.of(Capability.SYS_RESOURCE));

        assertThat(CapabilitySet.DEFAULT.adjusted(List.of("ALL"), List.of(), available))
                .isEqualTo(available);
    }

    @Test
    void anUnknownNameIsRefusedInDockersWords() {
        assertInvalid(List.of("FOO"), List.of(), "invalid CapAdd: unknown capability: \"CAP_FOO\"");
        assertInvalid(List.of(), List.of("cap_bar"), "invalid CapDrop: unknown capability: \"CAP_BAR\"");
        assertInvalid(
                List.of("x\u001b[2J\""), List.of(), "invalid CapAdd: unknown capability: \"CAP_X\\u001b[2J\\\"\"");
    }

    @Test
    void aNameThatTheMachineCannotGiveIsRefusedInDockersWords() {
        CapabilitySet available = ALL.without(CapabilitySet.of(Capability.SYS_RESOURCE));

        assertThatThrownBy(() -> CapabilitySet.DEFAULT.adjusted(List.of("sys_resource"), List.of(), available))
                .hasMessage("invalid CapAdd: capability not supported by your kernel or not available in the current"
                        + " environment: \"CAP_SYS_RESOURCE\"");
    }

    @Test
    void privilegedGivesWhatIsThereAndSaysWhatIsNot() {
        CapabilitySet.Grant grant = ALL.within(new CapabilitySet(0x000001fffeffffffL));

        assertThat(grant.given().names()).hasSize(40).doesNotContain("CAP_SYS_RESOURCE");
        assertThat(grant.missing().names()).containsExactly("CAP_SYS_RESOURCE");
    }

    @Test
    void theBoundingSetIsReadFromTheProcessStatus() {
        Stream<String> status = Stream.of("Name:\tCapBnd", "CapEff:\t0000000000000000", "CapBnd:\t00000000a80425fb");

        assertThat(CapabilitySet.boundingIn(status)).isEqualTo(CapabilitySet.DEFAULT);
        assertThat(ALL.containsAll(CapabilitySet.bounding())).isTrue();
    }

    @Test
    void bitsOfANewerKernelAreIgnored() {
        assertThat(new CapabilitySet(-1L)).isEqualTo(ALL);
    }

    private static CapabilitySet adjusted(List<String> adds, List<String> drops) {
        return CapabilitySet.DEFAULT.adjusted(adds, drops, ALL);
    }

    private static void assertInvalid(List<String> adds, List<String> drops, String message) {
        assertThatThrownBy(() -> adjusted(adds, drops)).isInstanceOfSatisfying(WhaleboxException.class, e -> {
            assertThat(e.kind()).isEqualTo(ErrorKind.INVALID);
            assertThat(e).hasMessage(message);
        });
    }
}
