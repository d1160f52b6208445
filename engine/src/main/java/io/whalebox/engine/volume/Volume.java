package io.whalebox.engine.volume;

import io.avaje.jsonb.Json;
import java.util.Map;

/**
 * What is written down of a volume ({@code volumes/NAME/volume.json}).
 *
 * @param options what is mounted instead of its own directory; see {@link VolumeSource}
 * @param created as {@link java.time.Instant} prints it
 */
@Json
public record Volume(String name, Map<String, String> labels, Map<String, String> options, String created) {
    /** The label that Docker gives to a volume which nobody named. */
    public static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

    /** The only driver there is, and Docker's name for it. */
    public static final String DRIVER = "local";

    public Volume {
        labels = Map.copyOf(labels);
        options = Map.copyOf(options);
    }

    /** Whether it was made for a container, without a name of its own. */
    public boolean isAnonymous() {
        return labels.containsKey(ANONYMOUS_LABEL);
    }
}
