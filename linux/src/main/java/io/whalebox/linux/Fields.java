package io.whalebox.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The fields of a structure in native memory, in the machine's order of bytes. They are reached through a buffer: what a
 * segment itself has for this compiles a var handle for each kind of field, in every process anew, since no AOT cache
 * keeps those (see {@code docs/decisions/system-calls-through-jni.md}).
 */
final class Fields {
    private Fields() {}

    /** All of the segment, for one who reads or writes many. */
    static ByteBuffer of(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    static byte getByte(MemorySegment segment, long offset) {
        return of(segment).get((int) offset);
    }

    static short getShort(MemorySegment segment, long offset) {
        return of(segment).getShort((int) offset);
    }

    static int getInt(MemorySegment segment, long offset) {
        return of(segment).getInt((int) offset);
    }

    static long getLong(MemorySegment segment, long offset) {
        return of(segment).getLong((int) offset);
    }

    /** A copy of this many bytes. */
    static byte[] getBytes(MemorySegment segment, long offset, long length) {
        byte[] bytes = new byte[(int) length];
        getBytes(segment, offset, bytes, 0, bytes.length);
        return bytes;
    }

    static void getBytes(MemorySegment segment, long offset, byte[] into, int at, int length) {
        of(segment).get((int) offset, into, at, length);
    }

    /** The C string that begins here. */
    static String getString(MemorySegment segment, long offset) {
        ByteBuffer bytes = of(segment);
        int end = (int) offset;
        while (bytes.get(end) != 0) {
            end++;
        }
        return RawText.of(getBytes(segment, offset, end - offset));
    }

    static void setByte(MemorySegment segment, long offset, byte value) {
        of(segment).put((int) offset, value);
    }

    static void setShort(MemorySegment segment, long offset, short value) {
        of(segment).putShort((int) offset, value);
    }

    static void setInt(MemorySegment segment, long offset, int value) {
        of(segment).putInt((int) offset, value);
    }

    static void setLong(MemorySegment segment, long offset, long value) {
        of(segment).putLong((int) offset, value);
    }

    static void setBytes(MemorySegment segment, long offset, byte[] from, int at, int length) {
        of(segment).put((int) offset, from, at, length);
    }
}
