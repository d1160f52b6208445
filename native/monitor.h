#ifndef WHALEBOX_MONITOR_H
#define WHALEBOX_MONITOR_H

#include <stddef.h>
#include <stdint.h>

struct timespec {
	int64_t seconds, nanoseconds;
};

#define TIMESTAMP 31 /* characters of 2026-11-24T20:22:16.123456789Z, and a space */

/* The container's output streams. */
enum stream { OUTPUT = 0, ERROR = 1, STREAMS = 2 };

/* monitor.c: watches over a container until its end, and longer than any engine lives. */
__attribute__((noreturn)) void monitor(int pid, uint32_t what, uint64_t log_size, uint32_t log_files);

/* log.c: what the container wrote, in files. */
void log_begin(uint64_t size, uint32_t files);
void log_record(enum stream stream, const char *bytes, size_t size);
void log_end(void);
int log_trouble(void); /* the errno for which output was dropped last; 0 once some was recorded again */
char *timestamp(char *out, struct timespec time);
struct timespec now(void);

/* attach.c: the descriptors of users, at which this process must never be made to wait. */
struct descriptor {
	int fd; /* -1: none */
	enum {
		PATIENT, /* never waits: not blocking, or a file */
		PIPE,	 /* a pipe that is not blocking */
		SOCKET,  /* does not wait if told so with each call */
		HASTY,   /* may wait: to be written to a little at a time, after a poll */
	} kind;
};

struct descriptor take(int fd, int writing);
int64_t get(struct descriptor from, char *bytes, size_t size);
int64_t put(struct descriptor to, const char *bytes, size_t size);
void drop(struct descriptor *descriptor);

#endif
