package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads a directory a buffer at a time (getdents64(2)), so that its size does not decide how much memory that takes. */
final class DirectoryReader implements AutoCloseable {
    private static final int BUFFER_SIZE = 32 * 1024;
    // struct linux_dirent64: inode and offset of 8 bytes each, then these.
    private static final int LENGTH_OFFSET = 16;
    private static final int TYPE_OFFSET = 18;
    private static final int NAME_OFFSET = 19;
    private static final int TYPE_SHIFT = 12;

    private final Directory directory;
    private final Fd fd;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_SIZE, 8);
    private final ByteBuffer filled = Fields.of(buffer);

    DirectoryReader(Directory directory) {
        this.directory = directory;
        this.fd = directory.readable();
    }

    /** Some more entries; none at the end. */
    List<DirectoryEntry> next() {
        List<DirectoryEntry> entries = new ArrayList<>();
        while (entries.isEmpty()) {
            long size = Kernel.call(Syscall.GETDENTS64, directory, fd.number(), buffer.address(), buffer.byteSize());
            if (size == 0) {
                return entries;
            }
            for (int at = 0; at < size; ) {
                int length = filled.getShort(at + LENGTH_OFFSET) & 0xffff;
                add(entries, at, at + length);
                at += length;
            }
        }
        return entries;
    }

    private void add(List<DirectoryEntry> entries, int start, int end) {
        int nameEnd = start + NAME_OFFSET;
        while (nameEnd < end && filled.get(nameEnd) != 0) {
            nameEnd++;
        }
        byte[] name = Fields.getBytes(buffer, start + NAME_OFFSET, nameEnd - start - NAME_OFFSET);
        if (name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'))) {
            return;
        }
        FileName fileName = FileName.of(name);
        int type = filled.get(start + TYPE_OFFSET);
        if (type != 0) {
            entries.add(new DirectoryEntry(fileName, FileType.ofMode(type << TYPE_SHIFT)));
        } else {
            // Some file systems do not say (DT_UNKNOWN). What is gone meanwhile is no longer listed.
            directory.find(fileName).ifPresent(stat -> entries.add(new DirectoryEntry(fileName, stat.type())));
        }
    }

    @Override
    public void close() {
        arena.close();
        fd.close();
    }
}
