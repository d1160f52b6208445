package io.whalebox.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers for whoever reads ahead. They are kept for the next one: large ones would be garbage in the old generation,
 * which the collector only looks at when the heap has grown to its limit.
 */
final class BufferPool {
    private final int size;
    private final int kept;
    private final Deque<ByteBuffer> idle = new ArrayDeque<>();

    /**
     * @param size bytes of each buffer
     * @param kept most buffers that wait for a user
     */
    BufferPool(int size, int kept) {
        this.size = size;
        this.kept = kept;
    }

    synchronized ByteBuffer take() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocate(size) : buffer;
    }

    /** Takes a buffer back that nobody else knows any more. */
    synchronized void giveBack(ByteBuffer buffer) {
        if (idle.size() < kept) {
            idle.push(buffer);
        }
    }
}
