package io.whalebox.image;

import java.io.InputStream;

/** Where content that the store lacks comes from, such as a registry. */
@FunctionalInterface
public interface BlobSource {
    /**
     * Opens the content from one byte on. The stream ends where the content does; whatever keeps it from coming is
     * thrown as a {@link io.whalebox.linux.WhaleboxException}, by this call or by reading.
     *
     * @param offset how many bytes of it are here already
     */
    InputStream open(Descriptor blob, long offset);
}
