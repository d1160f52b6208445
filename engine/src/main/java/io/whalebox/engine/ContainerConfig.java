package io.whalebox.engine;

import io.avaje.jsonb.Json;
import io.whalebox.image.ContainerDefaults;
import java.util.List;
import java.util.Objects;

/**
 * What was asked of a container, and what that came to when it was created ({@code containers/ID/container.json}):
 * enough to start it any number of times, even if the image that it is of has gone. Written once, and again when a user
 * changes something of it, such as its name.
 *
 * @param created as {@link java.time.Instant} prints it
 * @param imageId of the image that {@link ContainerSpec#image} resolved to
 * @param layers diff ids of the layers below the container's own, the lowest first
 * @param defaults of that image
 */
@Json
public record ContainerConfig(
        String id,
        String name,
        String created,
        ContainerSpec spec,
        String imageId,
        List<String> layers,
        ContainerDefaults defaults) {
    /** A field that a damaged file lacks arrives as null, and goes no further. */
    public ContainerConfig {
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        Objects.requireNonNull(created);
        Objects.requireNonNull(spec);
        Objects.requireNonNull(imageId);
        Objects.requireNonNull(defaults);
        layers = List.copyOf(layers);
    }

    ContainerConfig with(ContainerSpec other) {
        return new ContainerConfig(id, name, created, other, imageId, layers, defaults);
    }

    ContainerConfig called(String newName) {
        return new ContainerConfig(id, newName, created, spec, imageId, layers, defaults);
    }
}
