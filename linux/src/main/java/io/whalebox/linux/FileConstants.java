package io.whalebox.linux;

/** Numbers of the calls on files and descriptors: openat2(2), mknod(2), ioctl(2) on terminals (ioctl_tty(2)). */
public final class FileConstants {
    public static final Constant AT_FDCWD = new Constant("AT_FDCWD", -100);
    public static final Constant AT_EMPTY_PATH = new Constant("AT_EMPTY_PATH", 0x1000);
    public static final Constant AT_SYMLINK_NOFOLLOW = new Constant("AT_SYMLINK_NOFOLLOW", 0x100);
    public static final Constant S_IFREG = new Constant("S_IFREG", 0x8000);
    public static final Constant S_IFCHR = new Constant("S_IFCHR", 0x2000);
    public static final Constant S_IFBLK = new Constant("S_IFBLK", 0x6000);
    public static final Constant S_IFIFO = new Constant("S_IFIFO", 0x1000);
    public static final Constant TIOCSPTLCK = new Constant("TIOCSPTLCK", 0x40045431);
    public static final Constant TIOCGPTPEER = new Constant("TIOCGPTPEER", 0x5441);
    public static final Constant TIOCSWINSZ = new Constant("TIOCSWINSZ", 0x5414);
    public static final Constant TIOCSCTTY = new Constant("TIOCSCTTY", 0x540E);
    public static final Constant AF_UNIX = new Constant("AF_UNIX", 1);
    public static final Constant AF_INET = new Constant("AF_INET", 2);
    public static final Constant SOCK_DGRAM = new Constant("SOCK_DGRAM", 2);
    public static final Constant SOCK_SEQPACKET = new Constant("SOCK_SEQPACKET", 5);
    public static final Constant SOCK_CLOEXEC = new Constant("SOCK_CLOEXEC", 0x80000);
    public static final Constant SIOCSIFFLAGS = new Constant("SIOCSIFFLAGS", 0x8914);
    public static final Constant MSG_CMSG_CLOEXEC = new Constant("MSG_CMSG_CLOEXEC", 0x40000000);
    public static final Constant MSG_NOSIGNAL = new Constant("MSG_NOSIGNAL", 0x4000);

    private FileConstants() {}
}
