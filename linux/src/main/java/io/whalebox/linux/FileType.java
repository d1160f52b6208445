package io.whalebox.linux;

/** What a directory entry is (inode(7)), with the file type bits of its mode. */
public enum FileType {
    FIFO(0x1000),
    CHARACTER_DEVICE(0x2000),
    DIRECTORY(0x4000),
    BLOCK_DEVICE(0x6000),
    REGULAR(0x8000),
    SYMLINK(0xa000),
    SOCKET(0xc000);

    private static final int MASK = 0xf000;
    private static final FileType[] ALL = values();

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    /** The type in a mode as stat(2) gives it. */
    static FileType ofMode(int mode) {
        for (FileType type : ALL) {
            if (type.bits == (mode & MASK)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no file type in mode " + Integer.toOctalString(mode));
    }

    /** Its bits in a mode (S_IFMT). */
    public int bits() {
        return bits;
    }
}
