package io.whalebox.image;

import java.io.IOException;
import java.io.InputStream;

/** A file of an {@link Archive}. */
interface Member {
    /** Names it in a message. */
    String name();

    long size();

    InputStream open() throws IOException;
}
