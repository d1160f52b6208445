package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"web", "a1", "0_0", "x.y-z", "UPPER"})
    void namesAsDockerHasThem(String name) {
        assertThat(new ContainerName(name)).hasToString(name);
    }

    /** A name becomes the name of a file, so none may lead out of its directory. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "-bad", ".hidden", "..", "../../etc/cron.d/x", "a/b", "a b", "a\nb", "/web", "naïve"})
    void whatCouldBeSomethingElseIsNone(String name) {
        assertThatThrownBy(() -> ContainerSpec.of("busybox").name(name).build())
                .isInstanceOf(WhaleboxException.class)
                .hasMessage("Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }
}
