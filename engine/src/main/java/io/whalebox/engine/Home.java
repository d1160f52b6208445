package io.whalebox.engine;

import io.whalebox.linux.PrivateDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where an engine keeps things.
 *
 * @param root what has to survive a restart of the machine: images, containers
 * @param run what a restart may forget: who is running what
 */
public record Home(Path root, Path run) {
    /** The variable that names another {@link #root}. */
    public static final String ROOT_VARIABLE = "WHALEBOX_ROOT";

    /** The variable that names another {@link #run}. */
    public static final String RUN_VARIABLE = "WHALEBOX_RUN";

    public Home {
        root = root.toAbsolutePath().normalize();
        run = run.toAbsolutePath().normalize();
    }

    /** The system's, unless the environment says otherwise. */
    public static Home of(Map<String, String> environment) {
        return new Home(
                Path.of(environment.getOrDefault(ROOT_VARIABLE, "/var/lib/whalebox")),
                Path.of(environment.getOrDefault(RUN_VARIABLE, "/run/whalebox")));
    }

    Path containers() {
        return root.resolve("containers");
    }

    /** The directory of one container. */
    Path container(String id) {
        return containers().resolve(id);
    }

    /** The files of containers that are no more, until they are deleted. */
    Path removed() {
        return root.resolve("removed");
    }

    /** The socket of a container's monitor. */
    Path monitor(String id) {
        return container(id).resolve("monitor");
    }

    /** One file a name, which says whose it is. */
    Path names() {
        return root.resolve("names");
    }

    /** One locked file a container that someone is making or running. */
    Path owned() {
        return run.resolve("owned");
    }

    /** Makes what is not there yet. */
    void make() {
        for (Path directory : List.of(root, containers(), removed(), names(), run, owned())) {
            PrivateDirectory.make(directory);
        }
    }
}
