package io.whalebox.engine;

import io.whalebox.linux.RawText;
import io.whalebox.linux.Signal;
import io.whalebox.runtime.cgroup.CgroupPath;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is written down of a container. Whether it runs is not: that is asked of the kernel.
 *
 * @param stoppedByUser whether a user has ended it, which keeps restart policies from starting it again
 */
public record ContainerRecord(ContainerConfig config, ContainerState state, boolean stoppedByUser) {
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

    ContainerRecord with(ContainerState newState) {
        return new ContainerRecord(config, newState, stoppedByUser);
    }
}
