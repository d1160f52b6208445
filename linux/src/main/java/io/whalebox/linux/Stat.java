package io.whalebox.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * What the kernel knows of a file (statx(2)).
 *
 * @param mode the permission bits with set-uid, set-gid and sticky, without the type
 * @param device the file system's device; together with {@code inode} it identifies the file
 * @param represents for a device node: the device it stands for
 * @param size in bytes
 * @param blocks allocated, of 512 bytes each: less than the size for a sparse file
 */
public record Stat(
        FileType type,
        int mode,
        int links,
        int uid,
        int gid,
        DeviceNumber device,
        long inode,
        DeviceNumber represents,
        long size,
        long blocks,
        Instant accessed,
        Instant modified,
        Instant changed) {

    /** The size of {@code struct statx}. */
    static final int STRUCT_SIZE = 256;
    /** Everything that stat(2) would give (STATX_BASIC_STATS). */
    static final int BASIC = 0x7ff;

    private static final int PERMISSIONS = 07777;

    /** What a path of the host leads to, through links; empty where nothing is. */
    public static Optional<Stat> find(String path) {
        Scratch scratch = Scratch.ofThread();
        MemorySegment statx = scratch.struct();
        long address = scratch.path(RawText.bytes(path));
        long result = Kernel.attempt(Syscall.STATX, Kernel.AT_FDCWD, address, 0, BASIC, statx.address());
        if (result == -Errno.ENOENT.number() || result == -Errno.ENOTDIR.number()) {
            return Optional.empty();
        }
        if (result < 0) {
            throw new LinuxException("statx", Errno.of((int) -result), path);
        }
        return Optional.of(parse(statx));
    }

    static Stat parse(MemorySegment segment) {
        ByteBuffer statx = Fields.of(segment);
        int mode = statx.getShort(28) & 0xffff;
        return new Stat(
                FileType.ofMode(mode),
                mode & PERMISSIONS,
                statx.getInt(16),
                statx.getInt(20),
                statx.getInt(24),
                new DeviceNumber(statx.getInt(136), statx.getInt(140)),
                statx.getLong(32),
                new DeviceNumber(statx.getInt(128), statx.getInt(132)),
                statx.getLong(40),
                statx.getLong(48),
                time(statx, 64),
                time(statx, 112),
                time(statx, 96));
    }

    private static Instant time(ByteBuffer statx, int offset) {
        return Instant.ofEpochSecond(statx.getLong(offset), statx.getInt(offset + 8));
    }

    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }

    /** Whether overlayfs takes it for the mark of a deleted file. */
    public boolean isWhiteout() {
        return type == FileType.CHARACTER_DEVICE && represents.equals(DeviceNumber.WHITEOUT);
    }

    /** Whether both are the same file, under whatever names. */
    public boolean isSameFile(Stat other) {
        return inode == other.inode && device.equals(other.device);
    }
}
