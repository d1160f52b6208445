package io.whalebox.runtime.seccomp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.whalebox.runtime.Capability;
import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.Spec;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFiltersTest {
    private static final String PROPERTY = "whalebox.filters";

    @TempDir
    Path directory;

    @BeforeEach
    void keepThemHere() {
        System.setProperty(PROPERTY, directory.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(PROPERTY);
    }

    @Test
    void isTheFilterThatWouldBeCompiled() {
        SeccompFilter fresh = SeccompProfile.dockerDefault().filter(CapabilitySet.DEFAULT);

        KeptFilters.keep(directory, CapabilitySet.DEFAULT);

        Spec.Filter kept = KeptFilters.find(CapabilitySet.DEFAULT).orElseThrow();
        assertArrayEquals(fresh.bytes(), kept.bytes());
        assertEquals(fresh.flagBits(), kept.flags());
    }

    @Test
    void isNotTheFilterOfOtherCapabilities() {
        KeptFilters.keep(directory, CapabilitySet.DEFAULT);

        assertEquals(
                Optional.empty(), KeptFilters.find(CapabilitySet.DEFAULT.with(CapabilitySet.of(Capability.SYS_ADMIN))));
    }

    @Test
    void isMissingWhereNothingWasKept() {
        assertEquals(Optional.empty(), KeptFilters.find(CapabilitySet.DEFAULT));
    }

    @Test
    void isNotLookedForInAProcessThatHasNone() {
        KeptFilters.keep(directory, CapabilitySet.DEFAULT);

        System.clearProperty(PROPERTY);

        assertEquals(Optional.empty(), KeptFilters.find(CapabilitySet.DEFAULT));
    }
}
