package io.whalebox.linux;

/** Flags of open(2) and openat2(2), with the numbers of this machine's architecture. */
public final class OpenFlags {
    private static final boolean ARM64 = "aarch64".equals(System.getProperty("os.arch"));

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_NOCTTY = 0x100;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_DIRECTORY = ARM64 ? 0x4000 : 0x10000;
    public static final int O_NOFOLLOW = ARM64 ? 0x8000 : 0x20000;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;

    /** The path may not leave the file system it starts on. */
    public static final int RESOLVE_NO_XDEV = 1;
    /** No link of /proc that jumps elsewhere is followed. */
    public static final int RESOLVE_NO_MAGICLINKS = 2;
    /** No symbolic link at all is followed. */
    public static final int RESOLVE_NO_SYMLINKS = 4;
    /** The path may not leave the directory it starts in. */
    public static final int RESOLVE_BENEATH = 8;
    /** The directory it starts in is the root for {@code ..} and absolute links, as after chroot(2). */
    public static final int RESOLVE_IN_ROOT = 16;

    private OpenFlags() {}
}
