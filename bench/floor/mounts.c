/* The container's mounts, with the descriptor-based mount API as Whalebox uses it. */
#define _GNU_SOURCE
#include "floor.h"
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define GUARDED (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

static int target(int root, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	return (int)must(syscall(SYS_openat2, root, path, &how, sizeof how));
}

static void attach(int mount, int root, const char *path)
{
	int fd = target(root, path);
	must(move_mount(mount, "", fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
	close(fd);
}

/* options: key, value, … ending with NULL; returns the mount, detached. */
static int file_system(const char *type, unsigned attributes, ...)
{
	va_list options;
	const char *key;
	int context = must(fsopen(type, FSOPEN_CLOEXEC));
	must(fsconfig(context, FSCONFIG_SET_STRING, "source", type, 0));
	va_start(options, attributes);
	while ((key = va_arg(options, const char *))) {
		const char *value = va_arg(options, const char *);
		must(fsconfig(context, *value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, key, *value ? value : NULL, 0));
	}
	va_end(options);
	must(fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	int mount = must(fsmount(context, FSMOUNT_CLOEXEC, attributes));
	close(context);
	return mount;
}

static void attach_and_close(int mount, int root, const char *path)
{
	attach(mount, root, path);
	close(mount);
}

static void set(int mount, unsigned attributes)
{
	struct mount_attr attr = {.attr_set = attributes};
	must(mount_setattr(mount, "", AT_EMPTY_PATH, &attr, sizeof attr));
}

static void make_devices(int dev)
{
	static const struct {
		const char *name;
		unsigned major, minor;
	} nodes[] = {{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}};
	static const char *const links[][2] = {{"/proc/self/fd", "fd"}, {"/proc/self/fd/0", "stdin"},
		{"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"}, {"/proc/kcore", "core"}, {"pts/ptmx", "ptmx"}};
	for (size_t i = 0; i < 6; i++) {
		must(mknodat(dev, nodes[i].name, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)));
		must(symlinkat(links[i][0], dev, links[i][1]));
	}
	must(mkdirat(dev, "pts", 0755));
	must(mkdirat(dev, "shm", 0755));
	must(mkdirat(dev, "mqueue", 0755));
}

/* v1: a read-only tmpfs with each hierarchy's own group mounted in it. */
static void mount_cgroups(int root, const struct groups *groups)
{
	if (groups->unified) {
		attach_and_close(file_system("cgroup2", GUARDED | MOUNT_ATTR_RDONLY, NULL), root, "sys/fs/cgroup");
		return;
	}
	static const char *const names[] = {"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids"};
	int tmpfs = file_system("tmpfs", GUARDED, "mode", "755", NULL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		must(mkdirat(tmpfs, names[i], 0755));
	attach(tmpfs, root, "sys/fs/cgroup");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[64];
		snprintf(path, sizeof path, "sys/fs/cgroup/%s", names[i]);
		attach_and_close(file_system("cgroup", GUARDED | MOUNT_ATTR_RDONLY, names[i], "", NULL), root, path);
	}
	set(tmpfs, MOUNT_ATTR_RDONLY);
	close(tmpfs);
}

static void bind_texts(int root, const char *work)
{
	static const char *const names[] = {"hosts", "hostname", "resolv.conf"};
	for (size_t i = 0; i < 3; i++) {
		char from[512], to[64];
		snprintf(from, sizeof from, "%s/%s", work, names[i]);
		snprintf(to, sizeof to, "etc/%s", names[i]);
		attach_and_close(must(open_tree(AT_FDCWD, from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)), root, to);
	}
}

/* What a container must not read of the kernel, where the kernel has it at all. */
static void mask(int root)
{
	static const char *const files[] = {"proc/kcore", "proc/keys", "proc/timer_list", "proc/interrupts",
		"proc/latency_stats", "proc/sched_debug"};
	static const char *const directories[] = {"proc/acpi", "proc/asound", "proc/scsi", "sys/firmware",
		"sys/devices/virtual/powercap"};
	static const char *const read_only[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		int fd = (int)syscall(SYS_openat2, root, files[i], &how, sizeof how);
		if (fd < 0)
			continue;
		int null = must(open_tree(root, "dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
		must(move_mount(null, "", fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
		close(null);
		close(fd);
	}
	for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
		int fd = (int)syscall(SYS_openat2, root, directories[i], &how, sizeof how);
		if (fd < 0)
			continue;
		int empty = file_system("tmpfs", GUARDED | MOUNT_ATTR_RDONLY, "size", "0", NULL);
		must(move_mount(empty, "", fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
		close(empty);
		close(fd);
	}
	for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) {
		int copy = open_tree(root, read_only[i], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (copy < 0)
			continue;
		set(copy, GUARDED | MOUNT_ATTR_RDONLY);
		attach_and_close(copy, root, read_only[i]);
	}
}

void mount_everything(int overlay, const char *work, const struct groups *groups)
{
	struct mount_attr slave = {.propagation = MS_SLAVE};
	must(mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &slave, sizeof slave));
	must(move_mount(overlay, "", AT_FDCWD, "/dev", MOVE_MOUNT_F_EMPTY_PATH));
	int root = overlay;
	attach_and_close(file_system("proc", GUARDED, NULL), root, "proc");
	int dev = file_system("tmpfs", MOUNT_ATTR_NOSUID, "mode", "755", "size", "64k", NULL);
	make_devices(dev);
	attach_and_close(dev, root, "dev");
	attach_and_close(file_system("devpts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, "newinstance", "", "ptmxmode", "0666",
		"mode", "0620", "gid", "5", NULL), root, "dev/pts");
	attach_and_close(file_system("tmpfs", GUARDED, "mode", "1777", "size", "64m", NULL), root, "dev/shm");
	attach_and_close(file_system("mqueue", GUARDED, NULL), root, "dev/mqueue");
	attach_and_close(file_system("sysfs", GUARDED | MOUNT_ATTR_RDONLY, NULL), root, "sys");
	mount_cgroups(root, groups);
	bind_texts(root, work);
	must(fchdir(root));
	must(syscall(SYS_pivot_root, ".", "."));
	must(umount2(".", MNT_DETACH));
	must(chdir("/"));
	mask(must(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)));
}
