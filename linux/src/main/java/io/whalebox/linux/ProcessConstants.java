package io.whalebox.linux;

/** Numbers of the calls on processes: clone3(2), prctl(2), seccomp(2), keyctl(2), signal(7). */
public final class ProcessConstants {
    public static final Constant CLONE_NEWTIME = new Constant("CLONE_NEWTIME", 0x80);
    public static final Constant CLONE_PIDFD = new Constant("CLONE_PIDFD", 0x1000);
    public static final Constant CLONE_PARENT = new Constant("CLONE_PARENT", 0x8000);
    public static final Constant CLONE_NEWNS = new Constant("CLONE_NEWNS", 0x20000);
    public static final Constant CLONE_NEWCGROUP = new Constant("CLONE_NEWCGROUP", 0x2000000);
    public static final Constant CLONE_NEWUTS = new Constant("CLONE_NEWUTS", 0x4000000);
    public static final Constant CLONE_NEWIPC = new Constant("CLONE_NEWIPC", 0x8000000);
    public static final Constant CLONE_NEWUSER = new Constant("CLONE_NEWUSER", 0x10000000);
    public static final Constant CLONE_NEWPID = new Constant("CLONE_NEWPID", 0x20000000);
    public static final Constant CLONE_NEWNET = new Constant("CLONE_NEWNET", 0x40000000);
    public static final Constant CLONE_INTO_CGROUP = new Constant("CLONE_INTO_CGROUP", 0x200000000L);
    public static final Constant PR_SET_PDEATHSIG = new Constant("PR_SET_PDEATHSIG", 1);
    public static final Constant PR_SET_DUMPABLE = new Constant("PR_SET_DUMPABLE", 4);
    public static final Constant PR_SET_KEEPCAPS = new Constant("PR_SET_KEEPCAPS", 8);
    public static final Constant PR_SET_NAME = new Constant("PR_SET_NAME", 15);
    public static final Constant PR_CAPBSET_DROP = new Constant("PR_CAPBSET_DROP", 24);
    public static final Constant PR_SET_NO_NEW_PRIVS = new Constant("PR_SET_NO_NEW_PRIVS", 38);
    public static final Constant PR_CAP_AMBIENT = new Constant("PR_CAP_AMBIENT", 47);
    public static final Constant PR_CAP_AMBIENT_RAISE = new Constant("PR_CAP_AMBIENT_RAISE", 2);
    public static final Constant PR_CAP_AMBIENT_CLEAR_ALL = new Constant("PR_CAP_AMBIENT_CLEAR_ALL", 4);
    public static final Constant SECCOMP_SET_MODE_FILTER = new Constant("SECCOMP_SET_MODE_FILTER", 1);
    public static final Constant KEYCTL_JOIN_SESSION_KEYRING = new Constant("KEYCTL_JOIN_SESSION_KEYRING", 1);
    public static final Constant SIGKILL = new Constant("SIGKILL", 9);
    public static final Constant SIGCHLD = new Constant("SIGCHLD", 17);
    public static final Constant SIG_SETMASK = new Constant("SIG_SETMASK", 2);

    private ProcessConstants() {}
}
