package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Containers whose health is checked. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthTest {
    private Whalebox whalebox;

    @BeforeAll
    void begin() {
        whalebox = Whalebox.withEngineOfItsOwn();
    }

    @AfterEach
    void nothingIsLeft() {
        whalebox.removeContainers();
    }

    @AfterAll
    void end() {
        whalebox.close();
    }

    private String status(String name) {
        return whalebox.inspect("{{.State.Health.Status}}", name);
    }

    @Test
    void aContainerIsHealthyWhileItsCheckSucceeds() {
        whalebox.text(
                "run",
                "-d",
                "--name",
                "checked",
                "--health-cmd",
                "echo seen; test ! -e /sick",
                "--health-interval",
                "100ms",
                "--health-retries",
                "2",
                "busybox",
                "sleep",
                "1000");
        assertThat(whalebox.text("ps", "--format", "{{.Status}}")).endsWith(")");

        Eventually.await(() -> status("checked").equals("healthy"));
        assertThat(whalebox.text("ps", "--format", "{{.Status}}")).endsWith("(healthy)");
        assertThat(whalebox.inspect("{{(index .State.Health.Log 0).Output}}", "checked"))
                .isEqualTo("seen");

        whalebox.text("exec", "checked", "touch", "/sick");
        Eventually.await(() -> status("checked").equals("unhealthy"));
        assertThat(whalebox.text("ps", "--format", "{{.Status}}")).endsWith("(unhealthy)");
        Eventually.await(
                () -> whalebox.inspect("{{len .State.Health.Log}}", "checked").equals("5"));

        whalebox.text("exec", "checked", "rm", "/sick");
        Eventually.await(() -> whalebox.inspect("{{.State.Health.Status}} {{.State.Health.FailingStreak}}", "checked")
                .equals("healthy 0"));
        assertThat(whalebox.events("{{.Action}}", "event=health_status").lines())
                .containsExactly("health_status: healthy", "health_status: unhealthy", "health_status: healthy");
    }

    @Test
    void failuresDoNotCountWhileItStarts() {
        whalebox.text(
                "run",
                "-d",
                "--name",
                "starting",
                "--health-cmd",
                "exit 1",
                "--health-start-period",
                "1h",
                "--health-start-interval",
                "50ms",
                "busybox",
                "sleep",
                "1000");

        Eventually.await(
                () -> whalebox.inspect("{{len .State.Health.Log}}", "starting").equals("5"));

        assertThat(whalebox.inspect("{{.State.Health.Status}} {{.State.Health.FailingStreak}}", "starting"))
                .isEqualTo("starting 0");
        assertThat(whalebox.text("ps", "--format", "{{.Status}}")).endsWith("(health: starting)");
    }

    @Test
    void aCheckThatTakesTooLongIsEnded() {
        whalebox.text(
                "run",
                "-d",
                "--name",
                "slow",
                "--health-cmd",
                "sleep 1000",
                "--health-interval",
                "50ms",
                "--health-timeout",
                "100ms",
                "--health-retries",
                "1",
                "busybox",
                "sleep",
                "1000");

        Eventually.await(() -> status("slow").equals("unhealthy"));

        assertThat(whalebox.inspect("{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}", "slow"))
                .isEqualTo("-1 Health check exceeded timeout (100ms)");
    }

    @Test
    void withoutACheckThereIsNoHealth() {
        whalebox.text("run", "-d", "--name", "plain", "--no-healthcheck", "busybox", "sleep", "1000");

        assertThat(whalebox.text("ps", "--format", "{{.Status}}")).doesNotContain("health");
        whalebox.command("run", "--no-healthcheck", "--health-cmd", "true", "busybox", "true")
                .run()
                .refused(125, "--no-healthcheck conflicts with --health-* options");
        whalebox.command("run", "--health-interval", "1us", "--health-cmd", "true", "busybox", "true")
                .run()
                .refused(125, "Interval in Healthcheck cannot be less than 1ms");
    }
}
