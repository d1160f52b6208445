package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads a stream on a thread of its own into a few buffers that go round, so that one processor decompresses while
 * another hashes and writes files. However long the stream, the memory is that of the buffers.
 */
final class ReadAhead implements TarBuffers, AutoCloseable {
    private static final int BUFFERS = 8;
    private static final int BUFFER_SIZE = 128 * 1024;
    /** As many as three layers need, which is how many of an image are read at once. */
    private static final BufferPool POOL = new BufferPool(BUFFER_SIZE, 3 * BUFFERS);

    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
    private Optional<ByteBuffer> inUse = Optional.empty();
    private boolean ended;
    private volatile boolean closed;

    private sealed interface Filled {
        record Bytes(ByteBuffer bytes) implements Filled {}

        record Failure(Throwable cause) implements Filled {}
    }

    ReadAhead(InputStream stream) {
        for (int i = 0; i < BUFFERS; i++) {
            free.add(POOL.take());
        }
        Thread.ofPlatform().name("layer-reader").daemon().start(() -> read(stream));
    }

    private void read(InputStream stream) {
        try {
            ByteBuffer bytes;
            boolean more = true;
            while (more) {
                bytes = free.take();
                if (closed) {
                    return;
                }
                TarBuffers.fill(bytes, stream);
                // Asked before it is handed over: then it is the other thread's.
                more = bytes.limit() == BUFFER_SIZE;
                filled.add(new Filled.Bytes(bytes));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } catch (RuntimeException | Error e) {
            // There is room for it: the queue holds one more than there are buffers.
            filled.add(new Filled.Failure(e));
        }
    }

    @Override
    public ByteBuffer next() {
        if (ended) {
            return ByteBuffer.allocate(0);
        }
        inUse.ifPresent(free::add);
        inUse = Optional.empty();
        try {
            return switch (filled.take()) {
                case Filled.Bytes(ByteBuffer bytes) -> {
                    inUse = Optional.of(bytes);
                    ended = bytes.limit() < BUFFER_SIZE;
                    yield bytes;
                }
                case Filled.Failure(RuntimeException cause) -> throw cause;
                case Filled.Failure(Throwable cause) -> throw (Error) cause;
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, "unpacking was interrupted", e);
        }
    }

    /**
     * Lets the thread end. It is not waited for: it may be blocked in a read of a terminal or a pipe that nothing
     * comes from, and an error in what came before must be reported now. Nor is it interrupted: that would close the
     * channel that it reads from or writes to, which others still use.
     */
    @Override
    public void close() {
        closed = true;
        inUse.ifPresent(POOL::giveBack);
        inUse = Optional.empty();
        for (ByteBuffer bytes = free.poll(); bytes != null; bytes = free.poll()) {
            POOL.giveBack(bytes);
        }
        for (Filled each = filled.poll(); each != null; each = filled.poll()) {
            if (each instanceof Filled.Bytes(ByteBuffer bytes)) {
                POOL.giveBack(bytes);
            }
        }
        // Wakes the thread where it waits for a buffer. One that it is filling just now is lost to the pool.
        free.add(ByteBuffer.allocate(0));
    }
}
