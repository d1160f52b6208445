/*
 * The descriptors of users. What is set on one, such as O_NONBLOCK, is set for all who share its open file: for the
 * user's shell too. So nothing is set: a pipe or a terminal is opened once more, which gives an open file of the
 * monitor's own; a socket is told with each call; and what can be neither is polled and then written to in pieces so
 * small that they can not block.
 */
#include "bytes.h"
#include "kernel.h"
#include "monitor.h"

#include <linux/stat.h>

#define AT_EMPTY_PATH 0x1000
#define AT_FDCWD (-100)
#define O_RDONLY 0
#define O_WRONLY 1
#define O_NOCTTY 0x100
#define O_NONBLOCK 0x800
#define O_CLOEXEC 0x80000
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define PIPE_BUF 4096 /* what a pipe that is ready for writing takes at once (pipe(7)) */

/* Device numbers (Documentation/admin-guide/devices.txt). */
enum { MEMORY_DEVICES = 1, CONSOLES = 4, FIRST_PTS = 136, LAST_PTS = 143 };

/* Opens a file once more, as proc(5) allows by its descriptor: the result, or a negative errno. */
static int64_t open_again(int fd, int writing)
{
	char path[32] = "/proc/self/fd/";
	*decimal(path + sizeof "/proc/self/fd/" - 1, (uint64_t)fd, 1) = 0;
	return call(openat, AT_FDCWD, path, (writing ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
}

/* Makes a user's descriptor ours, closing it where there is a better one. */
struct descriptor take(int fd, int writing)
{
	struct statx stat;
	if (call(statx, fd, "", AT_EMPTY_PATH, STATX_TYPE, &stat))
		return (struct descriptor){fd, HASTY};
	uint32_t major = stat.stx_rdev_major;
	switch (stat.stx_mode & S_IFMT) {
	case S_IFSOCK:
		return (struct descriptor){fd, SOCKET};
	case S_IFCHR:
		if (major == MEMORY_DEVICES)
			return (struct descriptor){fd, PATIENT};
		/* Of other devices, such as /dev/ptmx or /dev/tty, another opening is another thing. */
		if (major != CONSOLES && (major < FIRST_PTS || major > LAST_PTS))
			return (struct descriptor){fd, HASTY};
		break;
	case S_IFIFO:
		break;
	default:
		return (struct descriptor){fd, PATIENT};
	}
	int64_t ours = open_again(fd, writing);
	if (ours < 0)
		return (struct descriptor){fd, HASTY};
	call(close, fd);
	return (struct descriptor){(int)ours, (stat.stx_mode & S_IFMT) == S_IFIFO ? PIPE : PATIENT};
}

int64_t get(struct descriptor from, char *bytes, size_t size)
{
	if (from.kind == SOCKET)
		return call(recvfrom, from.fd, bytes, size, MSG_DONTWAIT);
	return call(read, from.fd, bytes, size);
}

int64_t put(struct descriptor to, const char *bytes, size_t size)
{
	if (to.kind == SOCKET)
		return call(sendto, to.fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	return call(write, to.fd, bytes, to.kind == HASTY && size > PIPE_BUF ? PIPE_BUF : size);
}

void drop(struct descriptor *descriptor)
{
	if (descriptor->fd >= 0)
		call(close, descriptor->fd);
	descriptor->fd = -1;
}
