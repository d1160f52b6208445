#ifndef WHALEBOX_MONITOR_H
#define WHALEBOX_MONITOR_H

#include "plan.h"
#include "supervise.h"

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

/* serve.c and monitor.c: what they share. */
#define SPLICE_F_MOVE 1
#define SPLICE_F_NONBLOCK 2
#define CHUNK 65536 /* what a pipe holds */
#define SPILL (1 << 20) /* what a pipe may hold at most (/proc/sys/fs/pipe-max-size) */
#define MAX_CONNECTIONS 32

struct sink {
	struct descriptor to;
	size_t done; /* how much of the source's chunk it has */
};

extern struct connection {
	int fd; /* -1: none */
	uint32_t attached; /* enum attach; 0: not */
	struct descriptor input;
	struct sink sinks[STREAMS];
	uint32_t key_count, held; /* the keys that detach, and how many of them were typed last */
	uint8_t keys[MAX_DETACH_KEYS];
} connections[MAX_CONNECTIONS];

#define EACH_CONNECTION(c)                                                                                             \
	for (struct connection *c = connections; c < connections + MAX_CONNECTIONS; c++)                               \
		if (c->fd >= 0)

extern struct flow {
	int fd; /* -1: at its end */
	int full; /* the one pipe that it is passed on to takes no more for now */
	size_t length;
	char chunk[CHUNK];
} sources[STREAMS];

/* What is on its way to the container. */
extern struct input {
	int fd; /* -1: closed */
	int full, ending;
	size_t done, length;
	char bytes[CHUNK];
} input;

extern struct container {
	int pid, status, over; /* the process; its wait status, once it is over */
	int terminal; /* the terminal's master, -1 without one */
} container;

/* What is polled: these, and then four for each connection. */
enum { END, LISTENER, SOURCES, INPUT = SOURCES + STREAMS, FIRST };
enum { COMMANDS, USER_INPUT, SINKS, PER_CONNECTION = SINKS + STREAMS };
extern struct pollfd polls[FIRST + PER_CONNECTION * MAX_CONNECTIONS];

static inline struct pollfd *polls_of(const struct connection *connection)
{
	return &polls[FIRST + PER_CONNECTION * (connection - connections)];
}

/* serve.c: the connections, and what they ask and type. */
struct connection *connect(int fd);
void disconnect(struct connection *connection);
void tell(const struct connection *connection, uint32_t kind, int value);
void listen(void);
void serve(int each);
void pass_input_on(void);
void read_input(struct connection *connection);

#endif
