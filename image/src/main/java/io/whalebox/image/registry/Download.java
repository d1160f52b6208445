package io.whalebox.image.registry;

import io.whalebox.image.BlobSource;
import io.whalebox.image.Descriptor;
import java.io.InputStream;

/** A layer's bytes from a registry, counted as they come. */
record Download(Repository repository, Progress progress, Stalls stalls) implements BlobSource {
    @Override
    public InputStream open(Descriptor blob, long offset) {
        progress.stage(blob.digest(), Progress.Stage.MOVING);
        return new BlobStream(repository, blob, offset, stalls, new Count(blob, offset)::add);
    }

    private final class Count {
        private final Descriptor blob;
        private long bytes;

        Count(Descriptor blob, long bytes) {
            this.blob = blob;
            this.bytes = bytes;
        }

        void add(long more) {
            bytes += more;
            progress.moved(blob.digest(), bytes, blob.size());
            if (bytes == blob.size()) {
                progress.stage(blob.digest(), Progress.Stage.EXTRACTING);
            }
        }
    }
}
