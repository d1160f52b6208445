package io.whalebox.image;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.whalebox.storage.GzipReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/** How an archive is compressed, told from its first bytes: names and media types may lie, these can't. */
public enum Compression {
    GZIP("1f8b"),
    ZSTD("28b52ffd"),
    XZ("fd377a585a00"),
    NONE("");

    private static final int BUFFER = 64 << 10;
    private static final int LONGEST_MAGIC = 6;

    /** What {@code xz -9} needs, doubled; a header may ask for 4 GiB (KiB). */
    private static final int XZ_MEMORY_KIB = 130 << 10;
    /** Windows of up to 128 MiB, which is the default of the {@code zstd} command too. */
    private static final int ZSTD_WINDOW_LOG = 27;

    private final String magic;

    Compression(String magic) {
        this.magic = magic;
    }

    /**
     * Recognises the compression without consuming anything.
     *
     * @param in supports mark and reset
     */
    static Compression sniff(InputStream in) throws IOException {
        in.mark(LONGEST_MAGIC);
        String start = HexFormat.of().formatHex(in.readNBytes(LONGEST_MAGIC));
        in.reset();
        return Stream.of(values())
                .filter(compression -> start.startsWith(compression.magic))
                .findFirst()
                .orElse(NONE);
    }

    /** The plain content of a stream, whatever its compression. Memory stays flat however much it expands to. */
    public static InputStream decompress(InputStream in) throws IOException {
        InputStream buffered = in.markSupported() ? in : new BufferedInputStream(in, BUFFER);
        return sniff(buffered).open(buffered);
    }

    /** The plain content of a stream that is compressed in this way. */
    InputStream open(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GzipReader(in);
            case ZSTD -> {
                ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(in);
                zstd.setLongMax(ZSTD_WINDOW_LOG);
                yield zstd;
            }
            case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
        };
    }
}
