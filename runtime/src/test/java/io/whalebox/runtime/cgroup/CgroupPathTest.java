package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupPathTest {
    @ParameterizedTest
    @CsvSource({"/whalebox, /whalebox", "teams/red, /teams/red", "//a/./b/, /a/b", "/machine.slice, /machine.slice"})
    void pathsCountFromTheRoot(String text, String path) {
        assertThat(CgroupPath.of(text)).hasToString(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/./", "..", "/a/../b", "/a/..", "/line\nfeed", "/nul\0byte"})
    void pathsThatLeadElsewhereAreRefused(String text) {
        assertThatThrownBy(() -> CgroupPath.of(text))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessageStartingWith("invalid cgroup path");
    }

    @Test
    void aNameBeyondTheKernelsLimitIsRefused() {
        assertThat(CgroupPath.of("/" + "a".repeat(255)).name()).hasSize(255);
        assertThatThrownBy(() -> CgroupPath.of("/" + "é".repeat(128))).hasMessageContaining("longer than 255 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b"})
    void aChildHasOneName(String name) {
        assertThatThrownBy(() -> CgroupPath.of("/whalebox").child(name)).isInstanceOf(WhaleboxException.class);
    }

    @Test
    void theGroupsAboveComeHighestFirst() {
        assertThat(CgroupPath.of("/a/b").child("c").ancestors())
                .containsExactly(CgroupPath.of("/a"), CgroupPath.of("/a/b"));
    }
}
