package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
    private static final String HEX = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String DIGEST = "sha256:" + HEX;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "busybox, docker.io/library/busybox:latest, busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
        "library/busybox, docker.io/library/busybox:latest, busybox:latest",
        "docker.io/busybox, docker.io/library/busybox:latest, busybox:latest",
        "index.docker.io/library/busybox, docker.io/library/busybox:latest, busybox:latest",
        "user/x, docker.io/user/x:latest, user/x:latest",
        "library/a/b, docker.io/library/a/b:latest, library/a/b:latest",
        "localhost/x, localhost/x:latest, localhost/x:latest",
        "localhost:5000/x, localhost:5000/x:latest, localhost:5000/x:latest",
        "host:5000/a/b:tag, host:5000/a/b:tag, host:5000/a/b:tag",
        "ghcr.io/a/b__c.d-e:V1_2, ghcr.io/a/b__c.d-e:V1_2, ghcr.io/a/b__c.d-e:V1_2",
        "[::1]:5000/x, [::1]:5000/x:latest, [::1]:5000/x:latest",
        "HOST/x, HOST/x:latest, HOST/x:latest",
        "a--b:_x, docker.io/library/a--b:_x, a--b:_x",
        "localhost:5000, docker.io/library/localhost:5000, localhost:5000",
    })
    void isCompletedAndPrintedAsPeopleWriteIt(String written, String full, String familiar) {
        Reference reference = Reference.parse(written);

        assertThat(reference.full()).isEqualTo(full);
        assertThat(reference).hasToString(familiar);
        assertThat(Reference.parse(familiar)).isEqualTo(reference);
        assertThat(Reference.parse(full)).isEqualTo(reference);
    }

    @Test
    void mayPinADigestWithOrWithoutATag() {
        Reference pinned = Reference.parse("busybox@" + DIGEST);
        assertThat(pinned.tag()).isEmpty();
        assertThat(pinned).hasToString("busybox@" + DIGEST);

        Reference both = Reference.parse("host:5000/a/b:tag@" + DIGEST);
        assertThat(both.tag()).hasValue("tag");
        assertThat(both.digest().orElseThrow()).hasToString(DIGEST);
        assertThat(both.repository()).isEqualTo("host:5000/a/b");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''|invalid reference format",
                "' '|invalid reference format",
                "a b|invalid reference format",
                ":tag|invalid reference format",
                "busybox:|invalid reference format",
                "busybox:-x|invalid reference format",
                "busybox@|invalid reference format",
                "busybox@sha256:abc|invalid reference format",
                "a//b|invalid reference format",
                "/a|invalid reference format",
                "a/|invalid reference format",
                "../etc/passwd|invalid reference format",
                "a..b|invalid reference format",
                "a___b|invalid reference format",
                "-a|invalid reference format",
                "https://docker.io/busybox|invalid reference format",
                "a:1:2|invalid reference format",
                "BusyBox|invalid reference format: repository name (library/BusyBox) must be lowercase",
                "a/B|invalid reference format: repository name (a/B) must be lowercase",
                "host:5000/B:x|invalid reference format: repository name (B) must be lowercase",
                "busybox@sha512:" + HEX + "|unsupported digest algorithm",
                "busybox@sha256:ba7816bf8f01cfea414140de5dae2223b0|invalid checksum digest length",
                HEX + "|invalid repository name (" + HEX + "), cannot specify 64-byte hexadecimal strings",
            })
    void whatIsMalformedIsToldInDockersWords(String written, String message) {
        assertThatThrownBy(() -> Reference.parse(written))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessage(message);
    }

    @Test
    void hasLimits() {
        assertThat(Reference.parse("a".repeat(247)).path()).hasSize(255);
        assertThatThrownBy(() -> Reference.parse("a".repeat(248)))
                .hasMessage("repository name must not be more than 255 characters");
        assertThatThrownBy(() -> Reference.parse("a:" + "t".repeat(129))).hasMessage("invalid reference format");
        assertThatThrownBy(() -> Reference.parse("a.".repeat(1_000_000))).hasMessage("invalid reference format");
    }

    @Property(tries = 500)
    void anyTextIsEitherAReferenceThatReadsBackOrRefusedAsInvalid(@ForAll("nearlyReferences") String text) {
        Reference reference;
        try {
            reference = Reference.parse(text);
        } catch (WhaleboxException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.INVALID);
            return;
        }
        assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
        assertThat(reference.full()).doesNotContain("..", "//").matches("[A-Za-z0-9._:/@\\[\\]-]+");
    }

    @Provide
    Arbitrary<String> nearlyReferences() {
        return Arbitraries.strings().withChars("abZ019._-:/@[]é\n\0").ofMaxLength(24);
    }
}
