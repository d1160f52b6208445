package io.whalebox.linux;

import java.util.Locale;

/**
 * The system calls that Whalebox makes, with their numbers on both architectures it knows (x86-64:
 * {@code asm/unistd_64.h}, arm64: {@code asm-generic/unistd.h}). See section 2 of the manual for each.
 */
public enum Syscall {
    ACCEPT4(288, 242),
    ADD_KEY(248, 217),
    BIND(49, 200),
    BPF(321, 280),
    CAPGET(125, 90),
    CAPSET(126, 91),
    CHDIR(80, 49),
    CLONE3(435, 435),
    CLOSE(3, 57),
    CLOSE_RANGE(436, 436),
    CONNECT(42, 203),
    COPY_FILE_RANGE(326, 285),
    DUP(32, 23),
    DUP3(292, 24),
    EVENTFD2(290, 19),
    EXECVE(59, 221),
    EXECVEAT(322, 281),
    EXIT_GROUP(231, 94),
    FACCESSAT2(439, 439),
    FALLOCATE(285, 47),
    FCHDIR(81, 50),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHOWN(93, 55),
    FCHOWNAT(260, 54),
    FCNTL(72, 25),
    FDATASYNC(75, 83),
    FGETXATTR(193, 10),
    FLISTXATTR(196, 13),
    FLOCK(73, 32),
    FSCONFIG(431, 431),
    FSETXATTR(190, 7),
    FSMOUNT(432, 432),
    FSOPEN(430, 430),
    FSTATFS(138, 44),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    GETCWD(79, 17),
    GETDENTS64(217, 61),
    GETEUID(107, 175),
    GETPID(39, 172),
    GETPPID(110, 173),
    GETSOCKOPT(55, 209),
    GETRANDOM(318, 278),
    GETTID(186, 178),
    GETUID(102, 174),
    IOCTL(16, 29),
    KEYCTL(250, 219),
    KILL(62, 129),
    LGETXATTR(192, 9),
    LINKAT(265, 37),
    LISTEN(50, 201),
    LLISTXATTR(195, 12),
    LREMOVEXATTR(198, 15),
    LSEEK(8, 62),
    LSETXATTR(189, 6),
    MEMFD_CREATE(319, 279),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    MMAP(9, 222),
    MOUNT(165, 40),
    MOUNT_SETATTR(442, 442),
    MOVE_MOUNT(429, 429),
    NAME_TO_HANDLE_AT(303, 264),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    OPEN_TREE(428, 428),
    PERSONALITY(135, 92),
    PIDFD_OPEN(434, 434),
    PIDFD_SEND_SIGNAL(424, 424),
    PIPE2(293, 59),
    PIVOT_ROOT(155, 41),
    PPOLL(271, 73),
    PRCTL(157, 167),
    PRLIMIT64(302, 261),
    READ(0, 63),
    READLINKAT(267, 78),
    RECVFROM(45, 207),
    RECVMSG(47, 212),
    RENAMEAT2(316, 276),
    RT_SIGPROCMASK(14, 135),
    SCHED_SETAFFINITY(203, 122),
    SECCOMP(317, 277),
    SENDFILE(40, 71),
    SENDMSG(46, 211),
    SENDTO(44, 206),
    SETDOMAINNAME(171, 162),
    SETGROUPS(116, 159),
    SETHOSTNAME(170, 161),
    SETNS(308, 268),
    SETPGID(109, 154),
    SETRESGID(119, 149),
    SETRESUID(117, 147),
    SETSID(112, 157),
    SETSOCKOPT(54, 208),
    SETXATTR(188, 5),
    SHUTDOWN(48, 210),
    SIGNALFD4(289, 74),
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    SPLICE(275, 76),
    STATFS(137, 43),
    STATX(332, 291),
    SYMLINKAT(266, 36),
    SYNCFS(306, 267),
    SYSINFO(99, 179),
    TGKILL(234, 131),
    UMASK(95, 166),
    UMOUNT2(166, 39),
    UNAME(63, 160),
    UNLINKAT(263, 35),
    UNSHARE(272, 97),
    UTIMENSAT(280, 88),
    WAIT4(61, 260),
    WAITID(247, 95),
    WRITE(1, 64);

    private static final boolean ARM64 = switch (System.getProperty("os.arch")) {
        case "amd64" -> false;
        case "aarch64" -> true;
        default ->
            throw new UnsupportedOperationException(
                    "whalebox runs on x86-64 and arm64, not on " + System.getProperty("os.arch"));
    };

    private final int x86;
    private final int arm64;

    Syscall(int x86, int arm64) {
        this.x86 = x86;
        this.arm64 = arm64;
    }

    /** Its number on this machine. */
    public int number() {
        return ARM64 ? arm64 : x86;
    }

    /** Its name as the manual spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
