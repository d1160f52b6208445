package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    @Test
    void theCallerSeesItsOwnVariablesAndNoneOfTheClients() {
        Environment environment = Environment.behindClient(Map.of(
                "HOME", "/root",
                "LC_ALL", "C.UTF-8",
                "WHALEBOX_SAVED_LC_ALL", "de_DE.UTF-8",
                "WHALEBOX_SAVED_JAVA_TOOL_OPTIONS", "-Xmx1g",
                "WHALEBOX_CLIENT_FD", "00005"));

        assertThat(environment.variables())
                .containsOnly(
                        Map.entry("HOME", "/root"),
                        Map.entry("LC_ALL", "de_DE.UTF-8"),
                        Map.entry("JAVA_TOOL_OPTIONS", "-Xmx1g"));
    }

    @Test
    void aLocaleThatTheClientSetWasNotTheCallers() {
        assertThat(Environment.behindClient(Map.of("LC_ALL", "C.UTF-8", "WHALEBOX_CLIENT_FD", "00005"))
                        .get("LC_ALL"))
                .isEmpty();
    }
}
