package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.image.ContainerDefaults;
import io.whalebox.image.ContainerDefaults.Healthcheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How health is checked, and what follows from what is found. */
class HealthPlanTest {
    private static final Healthcheck NOTHING_SAID = new Healthcheck(List.of(), 0, 0, 0, 0, 0);

    private static Optional<HealthPlan> plan(Healthcheck user) {
        return HealthPlan.of(ContainerSpec.of("busybox").health(user).build(), ContainerDefaults.NONE);
    }

    private static Healthcheck test(String... words) {
        return new Healthcheck(List.of(words), 0, 0, 0, 0, 0);
    }

    private static Health.Probe probe(int exitCode) {
        return new Health.Probe("then", "now", exitCode, "");
    }

    @Test
    void whatNobodySaysIsDockers() {
        assertThat(plan(test("CMD", "check", "it")))
                .contains(new HealthPlan(
                        List.of("check", "it"),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        3));
    }

    @Test
    void aLineIsForTheShell() {
        assertThat(plan(test("CMD-SHELL", "a | b")).orElseThrow().command()).containsExactly("/bin/sh", "-c", "a | b");
    }

    @Test
    void withoutACommandThereIsNoCheck() {
        assertThat(plan(test("NONE"))).isEmpty();
        assertThat(plan(NOTHING_SAID)).isEmpty();
        assertThat(HealthPlan.of(ContainerSpec.of("busybox").build(), ContainerDefaults.NONE))
                .isEmpty();
    }

    @Test
    void theUsersWishesGoOverTheImages() {
        Healthcheck image = new Healthcheck(List.of("CMD", "image"), 1, 2, 3, 4, 5);
        Healthcheck user = new Healthcheck(List.of(), 10, 0, 30, 0, 0);

        assertThat(HealthPlan.merged(Optional.of(user), Optional.of(image)))
                .contains(new Healthcheck(List.of("CMD", "image"), 10, 2, 30, 4, 5));
        assertThat(HealthPlan.merged(Optional.empty(), Optional.of(image))).contains(image);
        assertThat(HealthPlan.merged(Optional.of(test("NONE")), Optional.of(image))
                        .orElseThrow()
                        .test())
                .containsExactly("NONE");
    }

    @Test
    void soManyFailuresInARowMakeItUnhealthyAndOneSuccessHealthy() {
        Health health = Health.starting("run");

        health = health.after(probe(1), 2, false);
        assertThat(health.status()).isEqualTo(Health.Status.STARTING);
        health = health.after(probe(1), 2, false);
        assertThat(health.status()).isEqualTo(Health.Status.UNHEALTHY);
        health = health.after(probe(0), 2, false);
        assertThat(health.status()).isEqualTo(Health.Status.HEALTHY);
        assertThat(health.failingStreak()).isZero();
        health = health.after(probe(-1), 2, false);
        assertThat(health.status()).isEqualTo(Health.Status.HEALTHY);
        assertThat(health.failingStreak()).isEqualTo(1);
    }

    @Test
    void aFailureWhileItStartsIsForgivenUntilItOnceSucceeded() {
        Health starting = Health.starting("run").after(probe(1), 1, true);
        assertThat(starting.status()).isEqualTo(Health.Status.STARTING);
        assertThat(starting.failingStreak()).isZero();

        Health failed = starting.after(probe(0), 1, true).after(probe(1), 1, true);
        assertThat(failed.status()).isEqualTo(Health.Status.UNHEALTHY);
    }

    @Test
    void theLastFiveChecksAreRemembered() {
        Health health = Health.starting("run");
        for (int i = 0; i < 7; i++) {
            health = health.after(probe(i), 100, false);
        }

        assertThat(health.log()).extracting(Health.Probe::exitCode).containsExactly(2, 3, 4, 5, 6);
    }

    @Test
    void checksComeFasterWhileItStarts() {
        HealthPlan plan = new HealthPlan(
                List.of("x"),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(2),
                1);

        assertThat(plan.pause(Health.Status.STARTING, Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(2));
        assertThat(plan.pause(Health.Status.HEALTHY, Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(30));
        assertThat(plan.pause(Health.Status.STARTING, Duration.ofMinutes(2))).isEqualTo(Duration.ofSeconds(30));
    }
}
