package io.whalebox.storage;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The content of the entry that a reader stands at: which parts of the file follow, and how much of that is left. */
final class TarContent {
    private static final String PURPOSE = "the content of an entry";

    private final TarInput input;
    private SparseMap parts = SparseMap.whole(0, 0);
    private int part;
    private long doneOfPart;
    private long size;
    private long stored;
    private long padding;

    TarContent(TarInput input) {
        this.input = input;
    }

    /** An entry begins whose content lies here. */
    void open(SparseMap parts, long size, long stored) {
        this.parts = parts;
        this.part = 0;
        this.doneOfPart = 0;
        this.size = size;
        this.stored = stored;
        this.padding = padding(stored);
    }

    /** An entry begins that has none. */
    void openNothing() {
        open(SparseMap.whole(0, 0), 0, 0);
    }

    /** The bytes behind so much content up to the next whole block. */
    static long padding(long length) {
        return -length & (TarHeader.SIZE - 1);
    }

    /** The size of the file, with its holes. */
    long size() {
        return size;
    }

    /** Moves on to where the next header begins. */
    void skip() {
        input.skip(stored, PURPOSE);
        input.skipUpTo(padding);
        openNothing();
    }

    void writeTo(TarReader.ContentSink sink) {
        while (nextPart()) {
            ByteBuffer bytes = input.some(PURPOSE);
            int length = (int) Math.min(leftOfPart(), bytes.remaining());
            sink.write(offset(), bytes.array(), bytes.arrayOffset() + bytes.position(), length);
            bytes.position(bytes.position() + length);
            taken(length);
        }
    }

    /** Whether any part has bytes that were not taken yet; moves to the first that has. */
    private boolean nextPart() {
        while (part < parts.count() && leftOfPart() == 0) {
            part++;
            doneOfPart = 0;
        }
        return part < parts.count();
    }

    private long leftOfPart() {
        return parts.length(part) - doneOfPart;
    }

    private long offset() {
        return parts.offset(part) + doneOfPart;
    }

    private void taken(int length) {
        doneOfPart += length;
        stored -= length;
    }

    InputStream stream() {
        return new Stream(parts);
    }

    /** The file as a reader of it would see it: with zeros for holes. */
    private final class Stream extends InputStream {
        private final SparseMap of;
        private long position;

        Stream(SparseMap of) {
            this.of = of;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int start, int length) {
            Objects.checkFromIndexSize(start, length, into.length);
            if (of != parts) {
                throw new IllegalStateException("the reader has moved on to another entry");
            }
            if (length == 0) {
                return 0;
            }
            if (position == size) {
                return -1;
            }
            long hole = (nextPart() ? offset() : size) - position;
            int done;
            if (hole > 0) {
                done = (int) Math.min(hole, length);
                java.util.Arrays.fill(into, start, start + done, (byte) 0);
            } else {
                ByteBuffer bytes = input.some(PURPOSE);
                done = (int) Math.min(Math.min(leftOfPart(), bytes.remaining()), length);
                bytes.get(into, start, done);
                taken(done);
            }
            position += done;
            return done;
        }
    }
}
