package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    @Test
    void aConditionIsANameAndAValue() {
        assertThat(Filter.parse("label=a=b")).isEqualTo(new Filter("label", "a=b"));
        assertThat(Filter.parse(" Dangling = true ")).isEqualTo(new Filter("dangling", "true"));
        assertThatThrownBy(() -> Filter.parse("dangling")).hasMessage("bad format of filter (expected name=value)");
    }

    @Test
    void anUnknownOneIsToldWithThoseThatThereAre() {
        assertThatThrownBy(() -> Filter.requireKnown(List.of(new Filter("lable", "x")), Set.of("label", "until")))
                .hasMessage("invalid filter \"lable\": there are label, until");
    }

    @Test
    void labelsAreAskedForByKeyOrByKeyAndValue() {
        Map<String, String> labels = Map.of("stage", "test", "empty", "");

        assertThat(new Filter("label", "stage").matchesLabel(labels)).isTrue();
        assertThat(new Filter("label", "stage=test").matchesLabel(labels)).isTrue();
        assertThat(new Filter("label", "empty=").matchesLabel(labels)).isTrue();
        assertThat(new Filter("label", "stage=prod").matchesLabel(labels)).isFalse();
        assertThat(new Filter("label", "none").matchesLabel(labels)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, busybox, true",
        "busy*, busybox, true",
        "*:1.?, app:1.2, true",
        "app, app:1.2, false",
        "*, a/b, false",
        "*/b, a/b, true",
        "[a-c]x, bx, true",
        "[^a-c]x, bx, false",
        "a.b, aXb, false",
        "'a\\*', a*, true",
    })
    void patternsAreThoseOfFileNames(String pattern, String name, boolean matches) {
        assertThat(Filter.matchesPattern(pattern, name)).isEqualTo(matches);
    }
}
