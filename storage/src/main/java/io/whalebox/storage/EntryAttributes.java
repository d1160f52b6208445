package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.RegularFile;
import java.util.Map;

/** Gives what was unpacked its extended attributes. */
final class EntryAttributes {
    private static final System.Logger LOG = Loggers.named("io.whalebox.storage");

    private boolean complained;

    private interface Setter {
        void set(String attribute, byte[] value);
    }

    void apply(RegularFile file, TarEntry entry) {
        apply(entry, file::setAttribute);
    }

    void apply(Directory directory, FileName name, TarEntry entry) {
        apply(entry, (attribute, value) -> directory.setAttribute(name, attribute, value));
    }

    private void apply(TarEntry entry, Setter setter) {
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            if (isOfOverlay(attribute.getKey())) {
                continue;
            }
            try {
                setter.set(attribute.getKey(), attribute.getValue());
            } catch (LinuxException e) {
                if (!isForgiven(e, attribute.getKey())) {
                    throw e;
                }
                complain(entry, attribute.getKey(), e);
            }
        }
    }

    /**
     * With these the kernel's overlay would be told to take names and content from elsewhere in other layers; they
     * belong to the one who stacks the layers, not to what is in them.
     */
    private static boolean isOfOverlay(String attribute) {
        return attribute.startsWith("trusted.overlay.") || attribute.startsWith("user.overlay.");
    }

    /**
     * As in Docker, an image is not refused for an attribute that the file system does not have, or that the kernel
     * has only on files and directories.
     */
    private static boolean isForgiven(LinuxException e, String attribute) {
        return e.is(Errno.ENOTSUP) || (e.is(Errno.EPERM) && attribute.startsWith("user."));
    }

    private void complain(TarEntry entry, String attribute, LinuxException e) {
        if (!complained) {
            complained = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} and perhaps others are unpacked without the extended attribute {1}: {2}",
                    entry.path(),
                    FileName.printable(attribute.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    e.errno().message());
        }
    }
}
