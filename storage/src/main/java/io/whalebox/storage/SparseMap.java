package io.whalebox.storage;

import java.util.Arrays;

/**
 * Which parts of a file an archive holds: offsets and lengths in ascending order, with holes between and after them.
 * An ordinary file has one part, the whole of it.
 */
final class SparseMap {
    /** More parts than any file system's block map of a real file, and 16 MiB of memory. */
    private static final int MAX_PARTS = 1 << 20;

    private final long archiveOffset;
    private long[] offsetsAndLengths = new long[8];
    private int count;

    SparseMap(long archiveOffset) {
        this.archiveOffset = archiveOffset;
    }

    static SparseMap whole(long size, long archiveOffset) {
        SparseMap map = new SparseMap(archiveOffset);
        map.add(0, size);
        return map;
    }

    void add(long offset, long length) {
        if (count == MAX_PARTS) {
            throw TarHeader.invalid(archiveOffset, "the sparse file has more than " + MAX_PARTS + " parts");
        }
        if (2 * count == offsetsAndLengths.length) {
            offsetsAndLengths = Arrays.copyOf(offsetsAndLengths, 4 * count);
        }
        offsetsAndLengths[2 * count] = offset;
        offsetsAndLengths[2 * count + 1] = length;
        count++;
    }

    int count() {
        return count;
    }

    long offset(int part) {
        return offsetsAndLengths[2 * part];
    }

    long length(int part) {
        return offsetsAndLengths[2 * part + 1];
    }

    /**
     * Checks that the parts are in order and within the file, and that the archive holds as much as they say.
     *
     * @return this
     */
    SparseMap checked(long size, long stored) {
        long end = 0;
        long total = 0;
        for (int part = 0; part < count; part++) {
            long offset = offset(part);
            long length = length(part);
            if (length < 0 || offset < end || offset > size || length > size - offset) {
                throw TarHeader.invalid(archiveOffset, "the parts of the sparse file overlap or exceed it");
            }
            end = offset + length;
            total += length;
        }
        if (total != stored) {
            throw TarHeader.invalid(
                    archiveOffset, "the sparse map speaks of " + total + " bytes, the archive holds " + stored);
        }
        return this;
    }
}
