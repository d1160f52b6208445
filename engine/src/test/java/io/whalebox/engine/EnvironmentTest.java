package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    @Test
    void laterValuesReplaceEarlierOnesInPlace() {
        Environment environment = new Environment();
        environment.setDefault("PATH", "/bin");
        environment.add(List.of("A=1", "PATH=/opt/bin"));
        environment.add(List.of("A=2=3", "B="));
        environment.setDefault("HOME", "/root");
        environment.setDefault("B", "unused");

        assertThat(environment.list()).containsExactly("PATH=/opt/bin", "A=2=3", "B=", "HOME=/root");
    }

    @Test
    void aNameAloneRemovesAVariableOfTheImage() {
        Environment environment = new Environment();
        environment.add(List.of("SECRET=x", "KEPT=y"));
        environment.add(List.of("SECRET"));

        assertThat(environment.list()).containsExactly("KEPT=y");
    }
}
