package io.whalebox.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The four ways in which GNU tar has written sparse files ("Storing Sparse Files" in its manual): in the header and
 * blocks behind it, as pax records 0.0 and 0.1, and at the head of the content as 1.0.
 */
final class SparseHeaders {
    private static final int OLD_MAP = 386;
    private static final int OLD_MAP_PARTS = 4;
    private static final int OLD_EXTENDED = 482;
    private static final int OLD_REAL_SIZE = 483;
    private static final int EXTENSION_PARTS = 21;
    private static final int EXTENSION_EXTENDED = 504;
    private static final int FIELD = 12;

    /**
     * @param path the file's real name, where the header has a made-up one
     * @param size with its holes
     * @param stored how many bytes of content follow in the archive
     */
    record Sparse(Optional<byte[]> path, long size, long stored, SparseMap map) {}

    private SparseHeaders() {}

    /** Of an entry of type {@code S}; reads the blocks that extend its header. */
    static Sparse old(TarHeader header, byte[] block, TarInput input, long offset) {
        long size = TarHeader.size(header.number(OLD_REAL_SIZE, FIELD, "real size"), offset);
        long stored = header.size();
        SparseMap map = new SparseMap(offset);
        addFields(map, block, OLD_MAP, OLD_MAP_PARTS, offset);
        boolean extended = block[OLD_EXTENDED] != 0;
        while (extended) {
            byte[] extension = new byte[TarHeader.SIZE];
            input.read(extension, 0, TarHeader.SIZE, "a sparse map");
            addFields(map, extension, 0, EXTENSION_PARTS, offset);
            extended = extension[EXTENSION_EXTENDED] != 0;
        }
        return new Sparse(Optional.empty(), size, stored, map.checked(size, stored));
    }

    private static void addFields(SparseMap map, byte[] block, int start, int parts, long offset) {
        for (int at = start; at < start + parts * 2 * FIELD; at += 2 * FIELD) {
            if (block[at] == 0) {
                return;
            }
            map.add(field(block, at, offset), field(block, at + FIELD, offset));
        }
    }

    private static long field(byte[] block, int start, long offset) {
        return TarNumber.parse(block, start, FIELD)
                .orElseThrow(() -> TarHeader.invalid(offset, "the sparse map holds something else than numbers"));
    }

    /** Of an entry with pax records of any of the three formats; nothing when they speak of no sparse file. */
    static Optional<Sparse> pax(PaxRecords records, long stored, TarInput input, long offset) {
        if (records.value("GNU.sparse.major").isPresent()) {
            return Optional.of(version1(records, stored, input, offset));
        }
        Optional<byte[]> list = records.value("GNU.sparse.map");
        if (list.isEmpty() && records.fragments().isEmpty()) {
            return Optional.empty();
        }
        SparseMap map = new SparseMap(offset);
        List<byte[]> numbers = list.map(SparseHeaders::split).orElse(records.fragments());
        if (numbers.size() % 2 != 0) {
            throw TarHeader.invalid(offset, "the sparse map has an offset without a length");
        }
        for (int i = 0; i < numbers.size(); i += 2) {
            map.add(decimal(numbers.get(i), offset), decimal(numbers.get(i + 1), offset));
        }
        long size = number(records, "GNU.sparse.size", offset);
        return Optional.of(new Sparse(records.value("GNU.sparse.name"), size, stored, map.checked(size, stored)));
    }

    private static Sparse version1(PaxRecords records, long stored, TarInput input, long offset) {
        if (number(records, "GNU.sparse.major", offset) != 1 || number(records, "GNU.sparse.minor", offset) != 0) {
            throw TarHeader.invalid(offset, "its sparse format is unknown");
        }
        long size = number(records, "GNU.sparse.realsize", offset);
        long start = input.offset();
        long count = line(input, start + stored, offset);
        SparseMap map = new SparseMap(offset);
        for (long part = 0; part < count; part++) {
            map.add(line(input, start + stored, offset), line(input, start + stored, offset));
        }
        long read = input.offset() - start;
        long blocks = Math.ceilDiv(read, TarHeader.SIZE) * TarHeader.SIZE;
        if (blocks > stored) {
            throw TarHeader.invalid(offset, "the sparse map is longer than the content");
        }
        input.skip(blocks - read, "a sparse map");
        return new Sparse(records.value("GNU.sparse.name"), size, stored - blocks, map.checked(size, stored - blocks));
    }

    /** A decimal number on a line of its own. */
    private static long line(TarInput input, long end, long offset) {
        ByteBuffer digits = ByteBuffer.allocate(20);
        while (input.offset() < end && digits.hasRemaining()) {
            byte b = input.some("a sparse map").get();
            if (b == '\n') {
                byte[] text = new byte[digits.position()];
                digits.get(0, text);
                return decimal(text, offset);
            }
            digits.put(b);
        }
        throw TarHeader.invalid(offset, "a line of the sparse map does not end");
    }

    private static List<byte[]> split(byte[] list) {
        return List.of(new String(list, StandardCharsets.ISO_8859_1).split(",", -1)).stream()
                .map(number -> number.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static long number(PaxRecords records, String key, long offset) {
        return decimal(
                records.value(key)
                        .orElseThrow(() -> TarHeader.invalid(offset, "the sparse file lacks its record " + key)),
                offset);
    }

    private static long decimal(byte[] text, long offset) {
        return TarNumber.decimal(text)
                .orElseThrow(() -> TarHeader.invalid(offset, "the sparse map holds something else than numbers"));
    }
}
