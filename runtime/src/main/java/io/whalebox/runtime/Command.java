package io.whalebox.runtime;

import io.whalebox.linux.WindowSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the launcher or the monitor is told: {@code struct command} of {@code plan.h}. */
final class Command {
    static final int SIGNAL = 1;
    static final int RESIZE = 2;
    static final int ATTACH = 3;
    static final int CLOSE_INPUT = 4;
    static final int STATUS = 5;
    static final int SIZE = 20;
    static final int KEY_COUNT_OFFSET = 8;
    static final int KEYS_OFFSET = 12;

    private Command() {}

    /** A signal for the container's process. */
    static ByteBuffer signal(int signal) {
        return of(SIGNAL, signal);
    }

    static ByteBuffer resize(WindowSize size) {
        return of(RESIZE, size.rows() << 16 | (size.columns() & 0xffff));
    }

    static ByteBuffer attach(int flags, byte[] keys) {
        return of(ATTACH, flags).putInt(KEY_COUNT_OFFSET, keys.length).put(KEYS_OFFSET, keys);
    }

    static ByteBuffer closeInput() {
        return of(CLOSE_INPUT, 0);
    }

    static ByteBuffer status() {
        return of(STATUS, 0);
    }

    private static ByteBuffer of(int kind, int value) {
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.nativeOrder())
                .putInt(0, kind)
                .putInt(4, value);
    }
}
