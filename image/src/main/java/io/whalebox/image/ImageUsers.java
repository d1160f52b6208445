package io.whalebox.image;

import io.whalebox.storage.Digest;
import java.util.List;

/** Tells what uses images, so that none is removed from under a container. */
@FunctionalInterface
public interface ImageUsers {
    /** All containers that exist now, running or not. */
    List<User> users();

    /**
     * One container.
     *
     * @param container its full id
     * @param image whose id it was made with; that image may be gone by force
     * @param layers that it stands on, which stay as long as it does
     */
    record User(String container, Digest image, List<Digest> layers, boolean running) {
        public User {
            layers = List.copyOf(layers);
        }

        /** The first digits of its id, as Docker prints it where space is short. */
        String shortId() {
            return container.substring(0, Math.min(12, container.length()));
        }
    }
}
