/* The launcher of one iteration, and what its child does before the program runs. */
#define _GNU_SOURCE
#include "floor.h"
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int make_overlay(const char *root, const char *work)
{
	char path[512];
	int context = must(fsopen("overlay", FSOPEN_CLOEXEC));
	must(fsconfig(context, FSCONFIG_SET_STRING, "source", "overlay", 0));
	must(fsconfig(context, FSCONFIG_SET_STRING, "lowerdir", root, 0));
	snprintf(path, sizeof path, "%s/upper", work);
	must(fsconfig(context, FSCONFIG_SET_STRING, "upperdir", path, 0));
	snprintf(path, sizeof path, "%s/work", work);
	must(fsconfig(context, FSCONFIG_SET_STRING, "workdir", path, 0));
	must(fsconfig(context, FSCONFIG_SET_FLAG, "volatile", NULL, 0));
	must(fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	int overlay = must(fsmount(context, FSMOUNT_CLOEXEC, 0));
	close(context);
	return overlay;
}

static pid_t start(const struct groups *groups, int *pidfd)
{
	struct clone_args args = {
		.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_PIDFD,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	if (groups->unified) {
		args.flags |= CLONE_INTO_CGROUP | CLONE_NEWCGROUP;
		args.cgroup = (uint64_t)groups->descriptors[0];
	}
	return (pid_t)must(syscall(SYS_clone3, &args, sizeof args));
}

/* On v1 the child puts itself into its groups, so the cgroup namespace must come after. */
static void join(const struct groups *groups)
{
	if (groups->unified)
		return;
	for (int i = 0; i < groups->count; i++)
		must(write(groups->descriptors[i], "0", 1));
	must(unshare(CLONE_NEWCGROUP));
}

static __attribute__((noreturn)) void be_container(int overlay, const char *work, const struct groups *groups)
{
	join(groups);
	must(setsid());
	must(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
	must(sethostname("floor", 5));
	mount_everything(overlay, work, groups);
	bring_loopback_up();
	must(close_range(3, ~0u, 0));
	must(chdir("/"));
	/* Without no_new_privs a filter needs CAP_SYS_ADMIN, so it comes before that is given up. */
	load_seccomp_filter();
	drop_capabilities();
	execve("/bin/true", (char *[]){"true", NULL}, (char *[]){"PATH=/bin", NULL});
	err(127, "execve");
}

int launch(const char *root, const char *work, const struct groups *groups)
{
	int pidfd = -1, status;
	int overlay = make_overlay(root, work);
	pid_t pid = start(groups, &pidfd);
	if (pid == 0)
		be_container(overlay, work, groups);
	close(overlay);
	must(waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
