package io.whalebox.linux;

/** Numbers of the mount system calls: mount(2), fsopen(2), fsconfig(2), fsmount(2), open_tree(2), move_mount(2), mount_setattr(2). */
public final class MountConstants {
    public static final Constant FSOPEN_CLOEXEC = new Constant("FSOPEN_CLOEXEC", 1);
    public static final Constant FSMOUNT_CLOEXEC = new Constant("FSMOUNT_CLOEXEC", 1);
    public static final Constant FSCONFIG_SET_FLAG = new Constant("FSCONFIG_SET_FLAG", 0);
    public static final Constant FSCONFIG_SET_STRING = new Constant("FSCONFIG_SET_STRING", 1);
    public static final Constant FSCONFIG_SET_FD = new Constant("FSCONFIG_SET_FD", 5);
    public static final Constant FSCONFIG_CMD_CREATE = new Constant("FSCONFIG_CMD_CREATE", 6);
    public static final Constant MOUNT_ATTR_RDONLY = new Constant("MOUNT_ATTR_RDONLY", 1);
    public static final Constant MOUNT_ATTR_NOSUID = new Constant("MOUNT_ATTR_NOSUID", 2);
    public static final Constant MOUNT_ATTR_NODEV = new Constant("MOUNT_ATTR_NODEV", 4);
    public static final Constant MOUNT_ATTR_NOEXEC = new Constant("MOUNT_ATTR_NOEXEC", 8);
    public static final Constant MOUNT_ATTR__ATIME = new Constant("MOUNT_ATTR__ATIME", 0x70);
    public static final Constant MOUNT_ATTR_RELATIME = new Constant("MOUNT_ATTR_RELATIME", 0);
    public static final Constant MOUNT_ATTR_NOATIME = new Constant("MOUNT_ATTR_NOATIME", 0x10);
    public static final Constant MOUNT_ATTR_STRICTATIME = new Constant("MOUNT_ATTR_STRICTATIME", 0x20);
    public static final Constant MOUNT_ATTR_NODIRATIME = new Constant("MOUNT_ATTR_NODIRATIME", 0x80);
    public static final Constant MOUNT_ATTR_IDMAP = new Constant("MOUNT_ATTR_IDMAP", 0x100000);
    public static final Constant MOUNT_ATTR_NOSYMFOLLOW = new Constant("MOUNT_ATTR_NOSYMFOLLOW", 0x200000);
    public static final Constant OPEN_TREE_CLONE = new Constant("OPEN_TREE_CLONE", 1);
    public static final Constant OPEN_TREE_CLOEXEC = new Constant("OPEN_TREE_CLOEXEC", 0x80000);
    public static final Constant AT_RECURSIVE = new Constant("AT_RECURSIVE", 0x8000);
    public static final Constant MOVE_MOUNT_F_EMPTY_PATH = new Constant("MOVE_MOUNT_F_EMPTY_PATH", 4);
    public static final Constant MOVE_MOUNT_T_EMPTY_PATH = new Constant("MOVE_MOUNT_T_EMPTY_PATH", 0x40);
    public static final Constant MS_UNBINDABLE = new Constant("MS_UNBINDABLE", 0x20000);
    public static final Constant MS_PRIVATE = new Constant("MS_PRIVATE", 0x40000);
    public static final Constant MS_SLAVE = new Constant("MS_SLAVE", 0x80000);
    public static final Constant MS_SHARED = new Constant("MS_SHARED", 0x100000);
    public static final Constant MNT_DETACH = new Constant("MNT_DETACH", 2);

    private MountConstants() {}
}
