package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Documents stay true: what they point at is there. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern PROGRAM = Pattern.compile("(?m)^(?:[$#] )?((?:\\./|bench/|acceptance/)[\\w./-]+)");

    @TestFactory
    Stream<DynamicTest> relativeLinksResolve() {
        return Project.files("*.md").stream()
                .map(document -> DynamicTest.dynamicTest(Project.name(document), () -> {
                    String text = FENCED.matcher(Project.read(document)).replaceAll("");
                    assertThat(LINK.matcher(text).results().map(match -> match.group(1)))
                            .filteredOn(link -> !link.matches("[a-z]+:.*|#.*"))
                            .allSatisfy(link -> assertThat(document.resolveSibling(link.replaceFirst("#.*", "")))
                                    .exists());
                }));
    }

    @TestFactory
    Stream<DynamicTest> commandsShownAreThere() {
        return Project.files("*.md").stream()
                .map(document -> DynamicTest.dynamicTest(
                        Project.name(document),
                        () -> assertThat(programs(document))
                                .allSatisfy(program -> assertThat(program).isExecutable())));
    }

    /** The project's own programs that a document's code blocks run: {@code ./check}, {@code bench/compare}. */
    private static Stream<Path> programs(Path document) {
        return FENCED.matcher(Project.read(document))
                .results()
                .map(MatchResult::group)
                .flatMap(block -> PROGRAM.matcher(block).results())
                .map(match -> Project.ROOT.resolve(match.group(1)).normalize())
                .distinct();
    }
}
