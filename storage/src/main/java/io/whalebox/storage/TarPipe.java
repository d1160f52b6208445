package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** An archive that is read while it is written, by two threads, and is never anywhere as a whole. */
public final class TarPipe {
    private static final int CAPACITY = 256 << 10;

    private TarPipe() {}

    /** Writes an archive, and leaves the stream open. */
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /** Counts what is read. */
    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            bytes += Math.max(0, read);
            return read;
        }
    }

    /**
     * Lets an archive flow from one to the other.
     *
     * @param reader on the calling thread; it may leave the end unread
     * @return how many bytes flowed
     */
    public static long flow(Writer writer, Consumer<InputStream> reader) {
        try (ExecutorService executor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("archive").factory())) {
            PipedInputStream in = new PipedInputStream(CAPACITY);
            PipedOutputStream out = new PipedOutputStream(in);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(writer, out), executor);
            long bytes;
            // Closed as soon as nobody reads any more: the other side must not wait for a reader for ever.
            try (Counted counted = new Counted(in)) {
                reader.accept(counted);
                counted.transferTo(OutputStream.nullOutputStream());
                bytes = counted.bytes;
            }
            writing.join();
            return bytes;
        } catch (IOException e) {
            throw failure(e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static void write(Writer writer, OutputStream out) {
        try (out) {
            writer.write(out);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static WhaleboxException failure(IOException cause) {
        return new WhaleboxException(ErrorKind.INTERNAL, "cannot copy: " + cause.getMessage(), cause);
    }
}
