#ifndef WHALEBOX_SUPERVISE_H
#define WHALEBOX_SUPERVISE_H

#include <stdint.h>

/* What ppoll(2) waits for. */
struct pollfd {
	int fd;
	short events, revents;
};

#define POLLIN 1
#define POLLOUT 4

void report(uint32_t kind, uint32_t step, int32_t value);
__attribute__((noreturn)) void supervise(int pid, int pidfd);
__attribute__((noreturn)) void be_init(int pid);

#endif
