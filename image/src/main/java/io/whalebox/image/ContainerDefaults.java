package io.whalebox.image;

import io.avaje.jsonb.Json;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * How a container of an image starts unless told otherwise: the member {@code config} of its configuration.
 *
 * @param env each {@code NAME=value}
 * @param exposedPorts that its program listens on, each {@code 80/tcp}
 * @param volumes the paths that get one
 * @param onBuild instructions that a build upon this image runs first
 * @param shell for the instructions of a Dockerfile that name none
 */
@Json
public record ContainerDefaults(
        @Json.Property("User") Optional<String> user,
        @Json.Property("ExposedPorts") SortedSet<String> exposedPorts,
        @Json.Property("Env") List<String> env,
        @Json.Property("Entrypoint") List<String> entrypoint,
        @Json.Property("Cmd") List<String> cmd,
        @Json.Property("Healthcheck") Optional<Healthcheck> healthcheck,
        @Json.Property("Volumes") SortedSet<String> volumes,
        @Json.Property("WorkingDir") Optional<String> workingDir,
        @Json.Property("Labels") Map<String, String> labels,
        @Json.Property("StopSignal") Optional<String> stopSignal,
        @Json.Property("OnBuild") List<String> onBuild,
        @Json.Property("Shell") List<String> shell) {

    public static final ContainerDefaults NONE = new ContainerDefaults(
            Optional.empty(),
            Collections.emptySortedSet(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Collections.emptySortedSet(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of());

    public ContainerDefaults {
        user = Documents.text(user);
        exposedPorts = Documents.set(exposedPorts);
        env = Documents.list(env);
        entrypoint = Documents.list(entrypoint);
        cmd = Documents.list(cmd);
        healthcheck = Documents.optional(healthcheck);
        volumes = Documents.set(volumes);
        workingDir = Documents.text(workingDir);
        labels = Documents.map(labels);
        stopSignal = Documents.text(stopSignal);
        onBuild = Documents.list(onBuild);
        shell = Documents.list(shell);
    }

    /** The same with another command. */
    public ContainerDefaults withCmd(List<String> other) {
        return new ContainerDefaults(
                user,
                exposedPorts,
                env,
                entrypoint,
                other,
                healthcheck,
                volumes,
                workingDir,
                labels,
                stopSignal,
                onBuild,
                shell);
    }

    /** The same with other variables. */
    public ContainerDefaults withEnv(List<String> other) {
        return new ContainerDefaults(
                user,
                exposedPorts,
                other,
                entrypoint,
                cmd,
                healthcheck,
                volumes,
                workingDir,
                labels,
                stopSignal,
                onBuild,
                shell);
    }

    /**
     * How to see whether the program does its work.
     *
     * @param test {@code NONE}, or {@code CMD} and a command, or {@code CMD-SHELL} and a line for the shell
     * @param intervalNanos and the other times are 0 where the default applies
     * @param retries how many failures in a row make it unhealthy
     */
    @Json
    public record Healthcheck(
            @Json.Property("Test") List<String> test,
            @Json.Property("Interval") long intervalNanos,
            @Json.Property("Timeout") long timeoutNanos,
            @Json.Property("StartPeriod") long startPeriodNanos,
            @Json.Property("StartInterval") long startIntervalNanos,
            @Json.Property("Retries") int retries) {
        public Healthcheck {
            test = Documents.list(test);
        }

        public Duration interval() {
            return Duration.ofNanos(intervalNanos);
        }
    }
}
