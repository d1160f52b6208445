package io.whalebox.engine;

import io.whalebox.linux.Fd;
import io.whalebox.linux.OpenFlags;
import java.util.List;

/**
 * Standard input, output and error of a container without a terminal. The container gets copies of its own; these
 * stay the caller's to close.
 */
public record Streams(Fd input, Fd output, Fd error) implements AutoCloseable {

    /** Nothing to read, and nobody to write to. */
    public static Streams none() {
        int readAndWrite = OpenFlags.O_RDWR;
        return new Streams(
                Fd.open("/dev/null", readAndWrite),
                Fd.open("/dev/null", readAndWrite),
                Fd.open("/dev/null", readAndWrite));
    }

    /** Copies of this process's own: for programs that trust the container with them. */
    public static Streams inherited() {
        return new Streams(Fd.copyOf(0), Fd.copyOf(1), Fd.copyOf(2));
    }

    List<Fd> list() {
        return List.of(input, output, error);
    }

    @Override
    public void close() {
        list().forEach(Fd::close);
    }
}
