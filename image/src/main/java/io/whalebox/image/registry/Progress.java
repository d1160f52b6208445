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
        /** It is to be moved. */
        WAITING,
        /** Its bytes move. */
        MOVING,
        /** Of a pull: all of it came and is being unpacked. */
        EXTRACTING,
        /** Done. */
        COMPLETE,
        /** There was nothing to do. */
        EXISTS
    }

    /** Shows nothing. */
    Progress NONE = new Progress() {
        @Override
        public void begin(Reference name) {}

        @Override
        public void stage(Digest layer, Stage stage) {}

        @Override
        public void mounted(Digest layer, String repository) {}

        @Override
        public void moved(Digest layer, long bytes, long of) {}

        @Override
        public void end() {}
    };

    /** An image is begun with. */
    void begin(Reference name);

    /** A layer reaches a stage. */
    void stage(Digest layer, Stage stage);

    /** Of a push: the registry took the layer from another of its repositories, and it is done. */
    void mounted(Digest layer, String repository);

    /**
     * Bytes of a layer have moved.
     *
     * @param bytes that are there now
     * @param of all its bytes
     */
    void moved(Digest layer, long bytes, long of);

    /** Nothing more comes of what was begun with. */
    void end();
}
