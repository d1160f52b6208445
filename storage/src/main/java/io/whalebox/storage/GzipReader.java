package io.whalebox.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Reads gzip (RFC 1952): all the members of a file, one after another, each checked against its checksum and length.
 *
 * <p>The JDK's own {@code GZIPInputStream} takes a pause in its source's answers to {@code available()} for the end of
 * the last member, takes a damaged further member for harmless trailing bytes, and reads 512 bytes at a time.
 */
public final class GzipReader extends InputStream {
    private static final int INPUT_SIZE = 64 * 1024;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream source;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] input = new byte[INPUT_SIZE];
    private int position;
    private int limit;
    private boolean inMember;
    private boolean hasReadMember;
    private boolean ended;

    /** Reads and finally closes this stream. */
    public GzipReader(InputStream source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
        Objects.checkFromIndexSize(start, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember && !beginMember()) {
                ended = true;
                break;
            }
            int done = inflate(into, start, length);
            if (done > 0) {
                checksum.update(into, start, done);
                return done;
            }
            if (inflater.finished()) {
                endMember();
            }
        }
        return -1;
    }

    private int inflate(byte[] into, int start, int length) throws IOException {
        try {
            if (inflater.needsInput()) {
                if (position == limit && !more()) {
                    throw new EOFException("the gzip data is truncated");
                }
                inflater.setInput(input, position, limit - position);
                position = limit;
            }
            int done = inflater.inflate(into, start, length);
            if (done == 0 && inflater.needsDictionary()) {
                throw new ZipException("the gzip data is damaged: it asks for a dictionary");
            }
            return done;
        } catch (DataFormatException e) {
            throw new ZipException("the gzip data is damaged: " + e.getMessage());
        }
    }

    /** Reads a header, if there is another member. */
    private boolean beginMember() throws IOException {
        boolean first = !hasReadMember;
        if (position == limit && !more()) {
            if (first) {
                throw new EOFException("the gzip data is empty");
            }
            return false;
        }
        if (!first && input[position] == 0) {
            // Tapes and some tools fill the last block with zeros, and gzip(1) lets that pass.
            skipZeros();
            return false;
        }
        if (next() != 0x1f || next() != 0x8b) {
            throw new ZipException(first ? "the data is not in gzip format" : "something follows the gzip data");
        }
        if (next() != 8) {
            throw new ZipException("the gzip data is compressed with an unknown method");
        }
        int flags = next();
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipString();
        }
        if ((flags & COMMENT) != 0) {
            skipString();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        position = limit - inflater.getRemaining();
        long expected = number();
        long length = number();
        if (expected != checksum.getValue() || length != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new ZipException("the gzip data is damaged: its checksum does not match");
        }
        inflater.reset();
        checksum.reset();
        inMember = false;
        hasReadMember = true;
    }

    private void skipZeros() throws IOException {
        do {
            while (position < limit) {
                if (input[position++] != 0) {
                    throw new ZipException("something follows the gzip data");
                }
            }
        } while (more());
    }

    private void skipString() throws IOException {
        while (next() != 0) {
            // Who it was called when it was compressed is of no interest.
        }
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private long number() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private int next() throws IOException {
        if (position == limit && !more()) {
            throw new EOFException("the gzip data is truncated");
        }
        return input[position++] & 0xff;
    }

    private boolean more() throws IOException {
        position = 0;
        limit = Math.max(0, source.read(input, 0, INPUT_SIZE));
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        source.close();
    }
}
