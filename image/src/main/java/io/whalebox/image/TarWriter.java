package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a tar of files of root, all of one time: the same files always give the same bytes. The names are our own and
 * short, so plain ustar headers do (POSIX pax(1), "ustar Interchange Format").
 */
final class TarWriter implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;
    private static final long LARGEST_FILE = (1L << 33) - 1;
    private static final int CHECKSUM = 148;

    private final OutputStream out;
    private final long modifiedSeconds;

    TarWriter(OutputStream out, long modifiedSeconds) {
        this.out = out;
        this.modifiedSeconds = modifiedSeconds;
    }

    void directory(String name, int mode) throws IOException {
        header(name + '/', mode, 0, '5', "");
    }

    void file(String name, int mode, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        header(name, mode, bytes.length, '0', "");
        out.write(bytes);
        pad(bytes.length);
    }

    /**
     * Writes a file from a stream.
     *
     * @param size that the stream has exactly
     */
    void file(String name, int mode, InputStream content, long size) throws IOException {
        header(name, mode, size, '0', "");
        if (content.transferTo(out) != size) {
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, name + " changed while it was read, try again");
        }
        pad(size);
    }

    /** Another name of a file that was written before. */
    void hardLink(String name, String existing, int mode) throws IOException {
        header(name, mode, 0, '1', existing);
    }

    void symlink(String name, String target) throws IOException {
        header(name, 0777, 0, '2', target);
    }

    private void header(String name, int mode, long size, char type, String link) throws IOException {
        if (name.length() > LONGEST_NAME || link.length() > LONGEST_NAME || size > LARGEST_FILE) {
            throw new IllegalArgumentException(name + " does not fit a ustar header");
        }
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "%011o".formatted(modifiedSeconds));
        put(header, CHECKSUM, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        put(header, 265, "root");
        put(header, 297, "root");
        put(header, 329, "0000000");
        put(header, 337, "0000000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, CHECKSUM, "%06o\0 ".formatted(sum));
        out.write(header);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    /** Ends the archive with two blocks of zeros; the stream stays open. */
    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }
}
