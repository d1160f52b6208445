package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HelpTest {
    @Test
    void optionsStandInOneColumnAndTheirTextInAnother() {
        String page = Help.options(List.of(
                Flag.toggle("rm", "Remove the container when it has ended"),
                Flag.text("name", "A name that is explained at such length that it has to go on in the next line")
                        .standard("\"x\"")
                        .shorthand('n')));

        assertThat(page).isEqualTo("""
                  -n, --name string   A name that is explained at such length that it has to go
                                      on in the next line (default "x")
                      --rm            Remove the container when it has ended
                """);
    }

    @Test
    void everyOptionOfRunIsExplainedWithoutAFullStop() {
        assertThat(RunFlags.ALL)
                .allSatisfy(flag -> assertThat(flag.help()).isNotBlank().doesNotEndWith("."));
    }
}
