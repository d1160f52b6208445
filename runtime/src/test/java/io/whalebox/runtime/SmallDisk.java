package io.whalebox.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few pages that only this test sees: it is mounted in the namespace of a helper. */
final class SmallDisk implements AutoCloseable {
    private final Process holder;
    private final Path path;

    private SmallDisk(Process holder, Path path) {
        this.holder = holder;
        this.path = path;
    }

    static SmallDisk mount(Path at, String size) throws IOException {
        Files.createDirectories(at);
        String script = "mount -t tmpfs -o size=" + size + " tmpfs \"$0\" && echo mounted && read line";
        Process holder = new ProcessBuilder("unshare", "--mount", "sh", "-c", script, at.toString()).start();
        byte[] said = holder.getInputStream().readNBytes("mounted\n".length());
        if (!new String(said, StandardCharsets.US_ASCII).equals("mounted\n")) {
            throw new IOException("could not mount a small disk");
        }
        return new SmallDisk(holder, Path.of("/proc/" + holder.pid() + "/root" + at));
    }

    /** Where this process finds it. */
    Path path() {
        return path;
    }

    @Override
    public void close() {
        holder.destroy();
    }
}
