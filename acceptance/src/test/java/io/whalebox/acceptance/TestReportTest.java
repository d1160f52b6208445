package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestReportTest {
    @TempDir
    Path reports;

    private TestReport given(String file, String testcases, String... arguments) throws Exception {
        Files.writeString(reports.resolve(file), "<testsuite>" + testcases + "</testsuite>");
        return TestReport.of(
                List.of(arguments).isEmpty() ? List.of(reports.toString()) : List.of(reports.toString(), arguments[0]));
    }

    @Test
    void countsWhatPassedFailedAndWasSkippedAndSaysWhy() throws Exception {
        TestReport report = given("TEST-a.xml", """
                <testcase classname="A" name="one"/>
                <testcase classname="A" name="two"><skipped message="Assumption failed: needs root"/></testcase>
                <testcase classname="A" name="three"><failure message="expected 1&#10;but was 2">trace</failure></testcase>
                <testcase classname="A" name="four"><error>java.lang.Error: at once
                  at here</error></testcase>
                """);
        assertThat(report.lines())
                .containsExactly(
                        "failed: A.four: java.lang.Error: at once",
                        "failed: A.three: expected 1",
                        "skipped: A.two: needs root",
                        "1 passed, 2 failed, 1 skipped");
        assertThat(report.good()).isFalse();
    }

    @Test
    void aTestThatIsSkippedOnOneMachineAndPassesOnAnotherHasPassed() throws Exception {
        Files.writeString(reports.resolve("TEST-vm.xml"), """
                <testsuite><testcase classname="A" name="limit()"/></testsuite>""");
        TestReport report = given("TEST-host.xml", """
                <testcase classname="A" name="limit"><skipped message="needs cgroup v2"/></testcase>""");
        assertThat(report.lines()).containsExactly("1 passed, 0 failed, 0 skipped");
        assertThat(report.good()).isTrue();
    }

    @Test
    void aTestThatPassesWhenItIsRunAgainIsNamed() throws Exception {
        Files.writeString(reports.resolve("FIRST-vm.xml"), """
                <testsuite><testcase classname="B" name="late()"><failure message="too early"/></testcase></testsuite>""");
        Files.writeString(reports.resolve("TEST-vm.xml"), """
                <testsuite><testcase classname="B" name="late()"/></testsuite>""");
        TestReport report = given("TEST-host.xml", """
                <testcase classname="A" name="race"><flakyFailure message="lost">trace</flakyFailure></testcase>""");
        assertThat(report.lines())
                .containsExactly(
                        "unsteady: A.race: lost", "unsteady: B.late: too early", "2 passed, 0 failed, 0 skipped");
        assertThat(report.good()).isTrue();
    }

    @Test
    void aStageThatFailedFailsTheWhole() throws Exception {
        TestReport report = given("TEST-a.xml", "<testcase classname='A' name='one'/>", "failed=build: see above");
        assertThat(report.lines()).containsExactly("failed: build: see above", "1 passed, 1 failed, 0 skipped");
        assertThat(report.good()).isFalse();
    }

    @Test
    void nothingThatRanIsNotGood() throws Exception {
        assertThat(TestReport.of(List.of(reports.resolve("none").toString())).good())
                .isFalse();
        assertThat(given("TEST-a.xml", "<testcase classname='A' name='a'><skipped/></testcase>")
                        .good())
                .isFalse();
    }
}
