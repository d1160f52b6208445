package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a tar archive from front to back: V7, ustar, GNU and pax headers in any mixture, with long names, extended
 * attributes, sparse files and numbers of any size. It is our own because names and attributes are bytes, and because
 * what comes from a registry decides neither how much memory is used nor what exception ends the reading: damage of
 * any kind is a {@link io.whalebox.linux.WhaleboxException} of kind INVALID that says where in the archive it lies.
 *
 * <pre>{@code
 * TarReader reader = new TarReader(stream);
 * for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
 *     if (entry.get().type() == EntryType.REGULAR) {
 *         reader.content((offset, bytes, start, length) -> …);
 *     }
 * }
 * }</pre>
 *
 * <p>Not for several threads at once.
 */
public final class TarReader {
    /** What a pax header may take; the kernel's own limits of names and attributes are far below. */
    private static final int MAX_PAX_HEADER = 1 << 20;

    /** The kernel's limit of a path, with the zero byte that ends it (PATH_MAX). */
    private static final int MAX_PATH = 4096;

    private final TarInput input;
    private final TarContent content;
    private final byte[] block = new byte[TarHeader.SIZE];
    private PaxRecords global = PaxRecords.NONE;
    private boolean ended;
    private boolean endMark;

    /** Receives the content of an entry, part by part in ascending order. What is left out is a hole. */
    @FunctionalInterface
    public interface ContentSink {
        /**
         * Takes some of it.
         *
         * @param offset in the file
         * @param bytes good during the call only, from {@code start} on
         */
        void write(long offset, byte[] bytes, int start, int length);
    }

    /** What stands before an entry and adds to its header. */
    private static final class Extensions {
        private PaxRecords pax = PaxRecords.NONE;
        private Optional<byte[]> longName = Optional.empty();
        private Optional<byte[]> longLink = Optional.empty();
    }

    /** Reads a stream, which the caller closes. It is read beyond the archive's end by up to a buffer. */
    public TarReader(InputStream stream) {
        this(TarBuffers.of(stream));
    }

    TarReader(TarBuffers buffers) {
        this.input = new TarInput(buffers);
        this.content = new TarContent(input);
    }

    /** The next entry; what is left of the content of the one before is skipped. */
    public Optional<TarEntry> next() {
        content.skip();
        Extensions extensions = new Extensions();
        boolean extended = false;
        while (!ended) {
            long offset = input.offset();
            if (!extended && !input.more()) {
                // Writers that leave the end mark out exist, and others read what they write. Whether it can be
                // trusted is for the caller to say; see sawEndMark.
                ended = true;
                break;
            }
            input.read(block, 0, TarHeader.SIZE, "a header");
            if (TarHeader.isZero(block)) {
                readEndMark(offset, extended);
                break;
            }
            TarHeader header = new TarHeader(block, offset);
            switch (header.type()) {
                case 'x' -> extensions.pax = readPax(header, offset);
                case 'g' -> global = global.with(readPax(header, offset));
                case 'L' -> extensions.longName = Optional.of(readLongName(header, offset));
                case 'K' -> extensions.longLink = Optional.of(readLongName(header, offset));
                // The archive's own name: no file.
                case 'V' -> skipLabel(header.size());
                default -> {
                    return Optional.of(entry(header, extensions, offset));
                }
            }
            extended |= header.type() != 'V' && header.type() != 'g';
        }
        return Optional.empty();
    }

    private void readEndMark(long offset, boolean extended) {
        if (extended) {
            throw TarHeader.invalid(offset, "the archive ends where an entry should follow its extended header");
        }
        ended = true;
        endMark = true;
        // Two blocks of zeros; GNU tar makes do with one at the very end of the file.
        if (input.more()) {
            input.read(block, 0, TarHeader.SIZE, "the end mark");
            if (!TarHeader.isZero(block)) {
                throw TarHeader.invalid(offset, "a block of zeros stands where a header should be");
            }
        }
    }

    /**
     * Whether the archive ended with its mark, and not just between two entries, where a truncated one can end too.
     */
    public boolean sawEndMark() {
        return endMark;
    }

    /** Reads on to the end of the stream, whatever stands there: a hash of the whole covers it. */
    public void skipToEnd() {
        input.skipToEnd();
    }

    /** Hands the content of the entry that was read last to a sink. */
    public void content(ContentSink sink) {
        content.writeTo(sink);
    }

    /** The content of the entry that was read last, with zeros for holes. Good until the next entry is read. */
    public InputStream contentStream() {
        return content.stream();
    }

    private PaxRecords readPax(TarHeader header, long offset) {
        return PaxRecords.parse(readExtension(header, MAX_PAX_HEADER, "pax header", offset), offset);
    }

    /** The content of an L or K entry: a name that ends with a zero byte. */
    private byte[] readLongName(TarHeader header, long offset) {
        byte[] extension = readExtension(header, MAX_PATH, "long name", offset);
        int end = 0;
        while (end < extension.length && extension[end] != 0) {
            end++;
        }
        return Arrays.copyOf(extension, end);
    }

    private byte[] readExtension(TarHeader header, int limit, String what, long offset) {
        long length = header.size();
        if (length > limit) {
            throw TarHeader.invalid(offset, "its " + what + " of " + length + " bytes is longer than " + limit);
        }
        byte[] extension = new byte[(int) length];
        input.read(extension, 0, extension.length, "a " + what);
        input.skip(TarContent.padding(length), "a " + what);
        return extension;
    }

    private void skipLabel(long length) {
        input.skip(length, "a volume label");
        input.skip(TarContent.padding(length), "a volume label");
    }

    private TarEntry entry(TarHeader header, Extensions extensions, long offset) {
        PaxRecords pax = extensions.pax;
        byte[] name = extensions.longName.or(() -> value(pax, "path")).orElseGet(header::name);
        byte[] link = extensions.longLink.or(() -> value(pax, "linkpath")).orElseGet(header::linkName);
        EntryType type = type(header.type(), name, offset);
        if (type == EntryType.REGULAR) {
            name = openContent(header, pax, offset).orElse(name);
        } else {
            // Go's reader, and so Docker's, gives these no content whatever the size says.
            content.openNothing();
        }
        Instant modified = time(pax, "mtime", offset).orElseGet(header::modified);
        Instant accessed = time(pax, "atime", offset).or(header::accessed).orElse(modified);
        boolean isDevice = type == EntryType.CHARACTER_DEVICE || type == EntryType.BLOCK_DEVICE;
        return new TarEntry(
                path(name, offset),
                type,
                path(link, offset),
                content.size(),
                header.mode(),
                number(pax, "uid", offset)
                        .map(uid -> TarHeader.id(uid, "uid", offset))
                        .orElseGet(header::uid),
                number(pax, "gid", offset)
                        .map(gid -> TarHeader.id(gid, "gid", offset))
                        .orElseGet(header::gid),
                modified,
                accessed,
                isDevice ? header.device() : DeviceNumber.WHITEOUT,
                pax.attributes(),
                offset);
    }

    private static EntryType type(byte flag, byte[] name, long offset) {
        return switch (flag) {
            // V7 had no directories, only names that end with a slash. '7' is a file in one piece, which nobody makes.
            case 0 -> name.length > 0 && name[name.length - 1] == '/' ? EntryType.DIRECTORY : EntryType.REGULAR;
            case '0', '7', 'S' -> EntryType.REGULAR;
            case '1' -> EntryType.HARD_LINK;
            case '2' -> EntryType.SYMLINK;
            case '3' -> EntryType.CHARACTER_DEVICE;
            case '4' -> EntryType.BLOCK_DEVICE;
            case '5' -> EntryType.DIRECTORY;
            case '6' -> EntryType.FIFO;
            default ->
                throw TarHeader.invalid(offset, String.format("its type 0x%02x is none that is supported", flag));
        };
    }

    /**
     * Finds out how much content follows and which parts of the file it is.
     *
     * @return the file's name where a sparse header has it
     */
    private Optional<byte[]> openContent(TarHeader header, PaxRecords pax, long offset) {
        Optional<SparseHeaders.Sparse> sparse;
        long length = number(pax, "size", offset).orElseGet(header::size);
        if (header.type() == 'S') {
            sparse = Optional.of(SparseHeaders.old(header, block, input, offset));
        } else {
            sparse = SparseHeaders.pax(pax, length, input, offset);
        }
        if (sparse.isEmpty()) {
            content.open(SparseMap.whole(length, offset), length, length);
            return Optional.empty();
        }
        content.open(sparse.get().map(), sparse.get().size(), sparse.get().stored());
        return sparse.get().path();
    }

    private Optional<byte[]> value(PaxRecords pax, String key) {
        return pax.value(key).or(() -> global.value(key));
    }

    private Optional<Long> number(PaxRecords pax, String key, long offset) {
        return value(pax, key)
                .map(text -> TarNumber.decimal(text)
                        .orElseThrow(() -> TarHeader.invalid(offset, "its pax record " + key + " is not a number")));
    }

    private Optional<Instant> time(PaxRecords pax, String key, long offset) {
        return value(pax, key)
                .map(text -> TarNumber.time(text)
                        .orElseThrow(() -> TarHeader.invalid(offset, "its pax record " + key + " is not a time")));
    }

    private static TarPath path(byte[] bytes, long offset) {
        if (bytes.length >= MAX_PATH) {
            throw TarHeader.invalid(offset, "its name of " + bytes.length + " bytes is longer than a path can be");
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw TarHeader.invalid(offset, "its name holds a zero byte");
            }
        }
        return new TarPath(bytes);
    }
}
