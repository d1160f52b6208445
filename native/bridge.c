/*
 * Java's door to the kernel: two functions that io.whalebox.linux.Libc declares as native.
 *
 * The foreign-function interface could make the same calls, but it compiles each signature when it is first used,
 * which costs a command more than everything else that it does. Memory is laid out in Java all the same; what comes
 * in here are numbers and addresses.
 */
#define _GNU_SOURCE
#include "kernel.h"

#include <signal.h>
#include <spawn.h>

/* JNI hands over its environment and the class; neither is needed, and so JNI's header is not either. */
#define UNUSED __attribute__((unused))

/* One system call, repeated while signals interrupt it: its result, or a negative errno. */
int64_t Java_io_whalebox_linux_Libc_syscall(UNUSED void *env, UNUSED void *type, int64_t number, int64_t a, int64_t b, int64_t c,
					    int64_t d, int64_t e, int64_t f)
{
	int64_t result;
	do
		result = kernel((uint64_t)number, (uint64_t)a, (uint64_t)b, (uint64_t)c, (uint64_t)d, (uint64_t)e, (uint64_t)f);
	while (result == -EINTR);
	return result;
}

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, const int32_t *descriptors, int32_t count)
{
	sigset_t all, none;
	sigfillset(&all);
	sigemptyset(&none);
	int error = 0;
	for (int32_t i = 0; i < count && !error; i++)
		error = posix_spawn_file_actions_adddup2(actions, descriptors[i], i);
	if (!error)
		error = posix_spawnattr_setsigdefault(attributes, &all);
	if (!error)
		error = posix_spawnattr_setsigmask(attributes, &none);
	if (!error)
		error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	return error;
}

/*
 * Starts the program at `path` with the descriptors of the list as its 0, 1, 2 ..., every signal at its default and
 * none blocked, in a session of its own, and with an empty environment: its process id, or a negative errno.
 */
int32_t Java_io_whalebox_linux_Libc_spawn(UNUSED void *env, UNUSED void *type, int64_t path, int64_t argv, int64_t descriptors,
					  int32_t count)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *nothing[] = {0};
	pid_t pid = 0;
	int error = posix_spawn_file_actions_init(&actions);
	if (error)
		return -error;
	error = posix_spawnattr_init(&attributes);
	if (!error) {
		error = prepare(&actions, &attributes, (const int32_t *)descriptors, count);
		if (!error)
			error = posix_spawn(&pid, (const char *)path, &actions, &attributes, (char *const *)argv, nothing);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error ? -error : pid;
}
