package io.whalebox.image;

import io.whalebox.linux.Directory;
import io.whalebox.linux.FileLock;
import java.util.Optional;

/**
 * A promise that nothing in the store is collected meanwhile. Whoever adds content, or is about to refer to some, holds
 * one from before its first look until the reference is written: what was seen to be there then stays there.
 *
 * <p>Any number are held at a time, by this process or others. The collector runs when there are none.
 */
public final class Lease implements AutoCloseable {
    private final FileLock lock;

    private Lease(FileLock lock) {
        this.lock = lock;
    }

    static Lease take(Directory content) {
        return new Lease(FileLock.sharedOn(content));
    }

    /** The collector's side: runs it if nobody holds a lease, and keeps new holders waiting until it is done. */
    static boolean collect(Directory content, Runnable collector) {
        Optional<FileLock> alone = FileLock.tryOn(content);
        if (alone.isEmpty()) {
            return false;
        }
        try (FileLock _ = alone.get()) {
            collector.run();
            return true;
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
