package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Objects;

/**
 * Somewhere to write to, by a name that a user knows. A write that fails says where to; without this, a stream for
 * printing keeps quiet about it, and a stream of bytes leaves open whether reading or writing went wrong.
 */
final class Sink extends OutputStream {
    private final OutputStream out;
    private final String name;
    private boolean failed;

    Sink(OutputStream out, String name) {
        this.out = out;
        this.name = name;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        attempt(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() {
        attempt(out::flush);
    }

    @Override
    public void close() {
        attempt(out::close);
    }

    private interface Attempt {
        void run() throws IOException;
    }

    /** Told once: what is written after that, such as what was still buffered, is lost like that before it. */
    private void attempt(Attempt attempt) {
        if (failed) {
            return;
        }
        try {
            attempt.run();
        } catch (IOException e) {
            failed = true;
            throw failure(name, e);
        }
    }

    static WhaleboxException failure(String name, IOException e) {
        String reason = e instanceof FileSystemException refused
                ? Objects.requireNonNullElse(
                        refused.getReason(), refused.getClass().getSimpleName())
                : String.valueOf(e.getMessage());
        return new WhaleboxException(
                ErrorKind.PRECONDITION,
                "cannot write to " + name + ": " + reason.substring(0, 1).toLowerCase(Locale.ROOT)
                        + reason.substring(1),
                e);
    }
}
