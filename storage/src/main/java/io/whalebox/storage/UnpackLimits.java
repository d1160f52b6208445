package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.Map;
import java.util.Optional;

/**
 * How much one layer may ask for, so that an archive of a billion entries or a decompression bomb ends with an error
 * and not with a full disk. The memory that unpacking takes does not depend on these.
 *
 * @param entries files and directories, with the parents that the archive takes for granted
 * @param layerBytes length of the uncompressed archive; what it takes on the disk is no more, but for the block size
 * @param fileBytes size of one file, which a sparse file can exceed the archive with
 */
public record UnpackLimits(long entries, long layerBytes, long fileBytes) {
    /** The variables of the environment that change the defaults, each a plain number. */
    public static final String MAX_ENTRIES = "WHALEBOX_MAX_LAYER_ENTRIES";

    public static final String MAX_LAYER_BYTES = "WHALEBOX_MAX_LAYER_BYTES";
    public static final String MAX_FILE_BYTES = "WHALEBOX_MAX_FILE_BYTES";

    /** Two million entries, 256 GiB a layer and 256 GiB a file: several times what the largest images in use have. */
    public static final UnpackLimits DEFAULT = new UnpackLimits(2_000_000, 256L << 30, 256L << 30);

    /** The defaults with what the environment says. */
    public static UnpackLimits of(Map<String, String> environment) {
        return new UnpackLimits(
                number(environment, MAX_ENTRIES, DEFAULT.entries),
                number(environment, MAX_LAYER_BYTES, DEFAULT.layerBytes),
                number(environment, MAX_FILE_BYTES, DEFAULT.fileBytes));
    }

    private static long number(Map<String, String> environment, String name, long otherwise) {
        Optional<String> text = Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text.get());
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for zero.
        }
        throw new WhaleboxException(
                ErrorKind.INVALID, "invalid " + name + " \"" + text.get() + "\": expected a whole number above 0");
    }

    void checkEntries(long count) {
        if (count > entries) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the layer has more than " + entries + " entries: raise " + MAX_ENTRIES
                            + " if it is to be trusted");
        }
    }

    void checkFile(TarEntry entry) {
        if (entry.size() > fileBytes) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    entry.path() + " is larger than " + fileBytes + " bytes: raise " + MAX_FILE_BYTES
                            + " if the layer is to be trusted");
        }
    }

    TarBuffers applyTo(TarBuffers archive) {
        return archive.limitedTo(layerBytes, "raise " + MAX_LAYER_BYTES + " if the layer is to be trusted");
    }
}
