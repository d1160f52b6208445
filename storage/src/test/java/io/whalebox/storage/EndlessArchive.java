package io.whalebox.storage;

import java.io.InputStream;

/** An archive of ever more files, made as it is read. */
class EndlessArchive extends InputStream {
    private final String prefix;
    private final String content;
    private long count;
    private InputStream entry = InputStream.nullInputStream();

    EndlessArchive(String prefix, String content) {
        this.prefix = prefix;
        this.content = content;
    }

    /** How many files it has come to. */
    long count() {
        return count;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int start, int length) {
        try {
            int done = entry.read(into, start, length);
            while (done < 0) {
                entry = new TarFixture().file(prefix + count++, content).stream();
                done = entry.read(into, start, length);
            }
            return done;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
