/*
 * What the launcher does once its plan has run: it stays as the container's parent for as long as Java lives
 * (supervise; for longer it is a monitor, monitor.c), or, where the user asked for an init, as process 1 inside
 * (be_init).
 */
#include "supervise.h"
#include "kernel.h"
#include "plan.h"

#define SIGCHLD 17
#define SIGKILL 9
#define SIG_BLOCK 0
#define MSG_NOSIGNAL 0x4000
#define WNOHANG 1

void report(uint32_t kind, uint32_t step, int32_t value)
{
	struct report message = {kind, step, value};
	/* When Java is gone there is nobody to tell: the result does not matter. */
	call(sendto, CONTROL_FD, &message, sizeof message, MSG_NOSIGNAL);
}

/* Passes Java's signals on until the container's process ends, then reports how. */
void supervise(int pid, int pidfd)
{
	struct pollfd events[2] = {{CONTROL_FD, POLLIN, 0}, {pidfd, POLLIN, 0}};
	for (;;) {
		call(ppoll, events, 2);
		if (events[1].revents) {
			int status = 0;
			call(wait4, pid, &status);
			report(REPORT_EXITED, 0, status);
			leave(0);
		}
		if (events[0].revents) {
			struct command command = {0};
			int64_t n = call(recvfrom, CONTROL_FD, &command, sizeof command);
			if (n == -EINTR)
				continue;
			if (n <= 0) {
				/* Java has died: without it nobody would collect what this container leaves behind. */
				command.kind = COMMAND_SIGNAL;
				command.value = SIGKILL;
				events[0].fd = -1;
			}
			if (command.kind == COMMAND_SIGNAL)
				call(pidfd_send_signal, pidfd, command.value);
		}
	}
}

static int exit_code(int status)
{
	int signal = status & 0x7f;
	return signal ? 128 + signal : status >> 8 & 0xff;
}

/* Process 1: every orphan becomes its child and is reaped; every signal but SIGCHLD is its main child's. */
void be_init(int pid)
{
	const uint64_t all = ~0ull;
	call(rt_sigprocmask, SIG_BLOCK, &all, 0, sizeof all);
	for (;;) {
		/* The child may have ended before the signals were blocked, so reap first and wait after. */
		int status = 0;
		int64_t reaped;
		while ((reaped = call(wait4, -1, &status, WNOHANG)) > 0)
			if (reaped == pid)
				leave(exit_code(status));
		int64_t signal = call(rt_sigtimedwait, &all, 0, 0, sizeof all);
		if (signal > 0 && signal != SIGCHLD)
			call(kill, pid, signal);
	}
}
