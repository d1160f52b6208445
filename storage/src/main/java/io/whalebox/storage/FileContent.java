package io.whalebox.storage;

import io.whalebox.linux.RegularFile;

/** Writes an entry's content to a new file, and leaves out the holes. */
final class FileContent implements TarReader.ContentSink {
    private final RegularFile file;
    private long position;

    FileContent(RegularFile file) {
        this.file = file;
    }

    @Override
    public void write(long offset, byte[] bytes, int start, int length) {
        if (offset != position) {
            file.seek(offset);
        }
        file.write(bytes, start, length);
        position = offset + length;
    }

    /** A hole at the end needs the size to be set. */
    void end(long size) {
        if (position != size) {
            file.truncate(size);
        }
    }
}
