package io.whalebox.runtime.cgroup;

import java.util.List;

/**
 * What a user asked for, held against what this machine can do.
 *
 * @param resources what remains, with the engine's defaults filled in
 * @param warnings what had to be left out, one sentence each, as Docker words it
 */
public record CheckedResources(Resources resources, List<String> warnings) {
    public CheckedResources {
        warnings = List.copyOf(warnings);
    }
}
