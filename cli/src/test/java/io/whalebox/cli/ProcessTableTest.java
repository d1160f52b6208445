package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What ps(1) prints, cut down to the processes of a container. */
class ProcessTableTest {
    @Test
    void theLinesOfOtherProcessesAreLeftOut() {
        ProcessTable table = ProcessTable.parse("""
                UID    PID  CMD
                root    17  sh -c  a b
                root     1  /sbin/init
                root    -   thread of init
                root    18  cat
                root    -   thread of cat
                """, Set.of(17, 18));

        assertThat(table.lines())
                .containsExactly(
                        List.of("UID", "PID", "CMD"),
                        List.of("root", "17", "sh -c  a b"),
                        List.of("root", "18", "cat"),
                        List.of("root", "-", "thread of cat"));
    }

    @Test
    void withoutNumbersNothingCanBeTold() {
        assertThatThrownBy(() -> ProcessTable.parse("UID CMD\nroot sh\n", Set.of(1)))
                .hasMessage("couldn't find PID field in ps output");
        assertThatThrownBy(() -> ProcessTable.parse("PID CMD\nx sh\n", Set.of(1)))
                .hasMessageContaining("unexpected pid 'x'");
    }

    @Test
    void anotherColumnCannotTakeTheNameOfThatOfNumbers() {
        assertThatThrownBy(() -> ProcessTable.of(Set.of(1), List.of("-o", "comm=PID")))
                .hasMessage("specifying \"comm=PID\" is not allowed");
    }
}
