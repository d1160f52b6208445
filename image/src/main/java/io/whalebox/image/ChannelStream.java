package io.whalebox.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file. Several may read one file, each at its own place; closing them leaves the file open. */
final class ChannelStream extends InputStream {
    private final FileChannel file;
    private long position;
    private long left;

    ChannelStream(FileChannel file, long offset, long length) {
        this.file = file;
        this.position = offset;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left)), position);
        if (count > 0) {
            position += count;
            left -= count;
        }
        return count;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, left);
        position += skipped;
        left -= skipped;
        return skipped;
    }
}
