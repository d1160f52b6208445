package io.whalebox.network;

import io.whalebox.linux.Loggers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Switches below {@code /proc/sys/net}, of the network namespace of the thread that uses this. */
final class KernelSwitch {
    private static final System.Logger LOG = Loggers.named("io.whalebox.network");
    private static final Path ROOT = Path.of("/proc/sys/net");

    private KernelSwitch() {}

    /**
     * Turns one on or off.
     *
     * @return whether it was otherwise before
     */
    static boolean set(String name, boolean on) {
        Path file = ROOT.resolve(name);
        String wanted = on ? "1" : "0";
        try {
            if (Files.readString(file).strip().equals(wanted)) {
                return false;
            }
            Files.writeString(file, wanted);
            return true;
        } catch (IOException e) {
            // A kernel without IPv6 has no such files; /proc may be read-only inside another container.
            LOG.log(System.Logger.Level.DEBUG, "cannot set {0} to {1}: {2}", file, wanted, e.getMessage());
            return false;
        }
    }
}
