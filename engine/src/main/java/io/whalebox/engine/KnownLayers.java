package io.whalebox.engine;

import io.whalebox.storage.LayerStack;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the layers of images say that every container needs. A layer never changes, so each stack is looked through once,
 * for as long as it is among those that were asked for last.
 */
final class KnownLayers {
    private static final int MOST = 32;

    /** What an image lists beyond this is not worth the memory. */
    private static final int MOST_ACCOUNTS = 1000;

    /** The one that was asked for last is last. */
    private final Map<List<Path>, Facts> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Path>, Facts> eldest) {
            return size() > MOST;
        }
    };

    /** The same as the stack would say, if it was asked. */
    record Facts(Accounts accounts, List<Path> lowerDirectories) {}

    synchronized Facts of(LayerStack layers) {
        Facts facts = known.get(layers.directories());
        if (facts == null) {
            facts = new Facts(Accounts.of(layers), layers.lowerDirectories());
            if (facts.accounts().size() <= MOST_ACCOUNTS) {
                known.put(layers.directories(), facts);
            }
        }
        return facts;
    }
}
