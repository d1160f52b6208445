package io.whalebox.image.registry;

import io.whalebox.image.Reference;
import io.whalebox.storage.Digest;

/**
 * What happens while images are pulled or pushed, for whoever shows it. Called from several threads, one layer by one at
 * a time.
 */
public interface Progress {
    /** What becomes of a layer. */
    enum Stage {
        /** Of a pull: it is to be fetched. */
        WAITING,
        /** Bytes move. */
        MOVING,
        /** All of it came and is being unpacked. */
        EXTRACTING,
        /** Done. */
        COMPLETE,
        /** There was nothing to do. */
        EXISTS,
        /** Of a push: it is being compressed. */
        PREPARING,
        /** Of a push: the registry took it from another of its repositories. */
        MOUNTED
    }

    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void begin(Reference name) {}

        @Override
        public void stage(Digest layer, Stage stage) {}

        @Override
        public void moved(Digest layer, long bytes, long of) {}
    };

    /** An image is begun with, and its name known to be one. */
    void begin(Reference name);

    /** A layer reaches a stage. */
    void stage(Digest layer, Stage stage);

    /**
     * Bytes of a layer have moved.
     *
     * @param bytes that are there now
     * @param of all its bytes
     */
    void moved(Digest layer, long bytes, long of);
}
