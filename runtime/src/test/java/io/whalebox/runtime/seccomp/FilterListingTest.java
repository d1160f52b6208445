package io.whalebox.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.Errno;
import io.whalebox.runtime.CapabilitySet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterListingTest {
    private static final Machine INTEL = new Machine(Architecture.X86_64, new KernelVersion(6, 18));

    @Test
    void aSmallFilterReadsLikeAProgram() {
        LinuxSeccomp seccomp = new LinuxSeccomp(
                Action.errno(Errno.EPERM),
                List.of(Architecture.X86_64),
                Set.of(),
                List.of(
                        new SyscallRule(List.of("read", "write"), Action.ALLOW, List.of()),
                        new SyscallRule(
                                List.of("personality"),
                                Action.ALLOW,
                                List.of(new ArgumentCheck(0, ArgumentCheck.Operator.MASKED_EQ, 0xff, 8)))));

        assertThat(SeccompFilter.compile(seccomp, INTEL).listing())
                .containsExactly(
                        "   0: load architecture",
                        "   1: if == x86_64 goto 2 else 14",
                        "   2: load number",
                        "   3: if >= 0x40000000 goto 4 else 5",
                        "   4: if == 0xffffffff goto 13 else 14",
                        "   5: if >= 135 (personality) goto 7 else 6",
                        "   6: if >= 2 (open) goto 12 else 11",
                        "   7: if >= 136 (ustat) goto 13 else 8",
                        "   8: load arg0 low",
                        "   9: and 0xff",
                        "  10: if == 0x8 goto 11 else 12",
                        "  11: return allow",
                        "  12: return errno EPERM",
                        "  13: return errno ENOSYS",
                        "  14: return kill thread");
    }

    @Test
    void theDefaultsListingNamesArchitecturesAndCalls() {
        LinuxSeccomp seccomp = SeccompProfile.dockerDefault().resolve(CapabilitySet.DEFAULT, INTEL);
        SeccompFilter filter = SeccompFilter.compile(seccomp, INTEL);

        assertThat(filter.listing())
                .hasSize(filter.length())
                .anySatisfy(line -> assertThat(line).contains("== x86_64"))
                .anySatisfy(line -> assertThat(line).contains("== x86 "))
                .anySatisfy(line -> assertThat(line).contains("(personality)"))
                .anySatisfy(line -> assertThat(line).contains("return errno ENOSYS"))
                .anySatisfy(line -> assertThat(line).contains("load arg0 low"));
    }
}
