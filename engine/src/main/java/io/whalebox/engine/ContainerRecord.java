package io.whalebox.engine;

import io.whalebox.image.ContainerDefaults;
import io.whalebox.image.ImageUsers;
import io.whalebox.linux.RawText;
import io.whalebox.linux.Signal;
import io.whalebox.runtime.cgroup.CgroupPath;
import io.whalebox.storage.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is written down of a container. Whether it runs is not: that is asked of the kernel.
 *
 * @param stoppedByUser whether a user has ended it, which keeps restart policies from starting it again
 */
public record ContainerRecord(ContainerConfig config, ContainerState state, boolean stoppedByUser) {
    private static final int STOP_SECONDS = 10;
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    public String id() {
        return config.id();
    }

    public String name() {
        return config.name();
    }

    public ContainerSpec spec() {
        return config.spec();
    }

    /** The reference that the user named. */
    public String image() {
        return spec().image();
    }

    /** Of the image that it resolved to. */
    public String imageId() {
        return config.imageId();
    }

    /** Diff ids of the layers below the container's own, the lowest first. */
    public List<String> layers() {
        return config.layers();
    }

    /** The program and its arguments as they show: a byte that is no part of a character is written down as such. */
    public List<String> command() {
        return SpecResolver.args(spec(), config.defaults()).stream()
                .map(RawText::shown)
                .toList();
    }

    /** Its own and its image's. */
    public Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(config.defaults().labels());
        spec().labels().forEach((key, value) -> labels.put(RawText.shown(key), RawText.shown(value)));
        return labels;
    }

    public boolean autoRemove() {
        return spec().autoRemove();
    }

    /** As {@link java.time.Instant} prints it; so are the other times, which are empty until they come. */
    public String created() {
        return config.created();
    }

    public String started() {
        return state.started();
    }

    public String finished() {
        return state.finished();
    }

    /** -1 while it runs. */
    public int exitStatus() {
        return state.exitStatus();
    }

    public boolean outOfMemory() {
        return state.outOfMemory();
    }

    /** What asks it to end. */
    public Signal stopSignal() {
        return SpecResolver.stopSignal(spec(), config.defaults()).orElse(Signal.TERM);
    }

    /** Path of its control group. */
    public String cgroup() {
        return SpecResolver.cgroup(spec(), id()).toString();
    }

    CgroupPath cgroupPath() {
        return SpecResolver.cgroup(spec(), id());
    }

    /** Whether it has a terminal. */
    public boolean terminal() {
        return spec().program().terminal();
    }

    /** Whether its input is connected. */
    public boolean stdin() {
        return spec().program().stdin();
    }

    /** How its health is checked, its image's wishes being under the user's; empty when nobody has any. */
    public Optional<ContainerDefaults.Healthcheck> healthcheck() {
        return HealthPlan.merged(spec().life().health(), config.defaults().healthcheck());
    }

    /** What of {@code /proc} and {@code /sys} it can't see. */
    public List<String> maskedPaths() {
        return spec().security().privileged() ? List.of() : Defaults.MASKED_PATHS;
    }

    /** What of them it can't change. */
    public List<String> readOnlyPaths() {
        return spec().security().privileged() ? List.of() : Defaults.READ_ONLY_PATHS;
    }

    /** How long it may take to end when asked, before force is used; Docker's ten seconds unless it says otherwise. */
    public Duration stopTimeout() {
        int seconds = spec().life().stopTimeoutSeconds().orElse(STOP_SECONDS);
        return seconds < 0 ? FOR_EVER : Duration.ofSeconds(seconds);
    }

    /** Whether it has ended so that its restart policy wants it started again. */
    boolean isToRestart() {
        boolean ended =
                !state.isOpen() && !state.started().isEmpty() && state.error().isEmpty();
        return ended && !stoppedByUser && spec().life().restart().wants(state.exitStatus(), state.restarts());
    }

    ContainerRecord with(ContainerState newState) {
        return new ContainerRecord(config, newState, stoppedByUser);
    }

    /** What it needs of the images. */
    ImageUsers.User imageUser(boolean running) {
        return new ImageUsers.User(
                id(),
                Digest.parse(imageId()),
                layers().stream().map(Digest::parse).toList(),
                running);
    }
}
