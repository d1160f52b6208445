/*
 * The monitor: what a launcher becomes that is to outlive the engine. It is the parent of the container's process,
 * owns the other ends of its streams, records its output (log.c), and serves whoever connects (serve.c), in one loop
 * without threads.
 *
 * Nothing here waits for anyone: not for a user who does not read, and not for a container that does not. What a
 * source gave is kept until all who are attached have it, and only then is the source read again; so whoever is
 * slow holds back the container (as a pipe does), and needs no memory, but holds back no command and not the end.
 */
#include "monitor.h"
#include "bytes.h"
#include "kernel.h"

#define SIG_BLOCK 0
#define F_SETFL 4
#define F_SETPIPE_SZ 1031
#define FIONREAD 0x541b
#define O_RDWR 2
#define O_WRONLY 1
#define O_CREAT 0x40
#define O_TRUNC 0x200
#define O_NONBLOCK 0x800
#define O_CLOEXEC 0x80000

/* Where the end of the container is written down, and under which name before it has come. */
#define EXIT "exit"
#define EXIT_TO_COME "exit.new"
#define STATUS_DIGITS 5

struct flow sources[STREAMS];
struct container container;
struct pollfd polls[FIRST + PER_CONNECTION * MAX_CONNECTIONS];

static int exit_file = -1;
static int trouble; /* what was last told about the log */
static int recorded, draining;

/* Gives all who are attached what they lack of a chunk; forgets it when they have it. */
static void deliver(enum stream stream)
{
	struct flow *source = &sources[stream];
	int lacking = 0;
	EACH_CONNECTION(c) {
		struct sink *sink = &c->sinks[stream];
		short *ready = &polls_of(c)[SINKS + stream].revents;
		while (sink->to.fd >= 0 && sink->done < source->length) {
			if (sink->to.kind == HASTY && !*ready)
				break;
			*ready = 0;
			int64_t n = put(sink->to, source->chunk + sink->done, source->length - sink->done);
			if (n == -EAGAIN || n == -EINTR)
				break;
			if (n < 0)
				drop(&sink->to); /* nobody reads there any more */
			else
				sink->done += (size_t)n;
		}
		lacking |= sink->to.fd >= 0 && sink->done < source->length;
	}
	if (lacking)
		return;
	source->length = 0;
	EACH_CONNECTION(c) c->sinks[stream].done = 0;
}

static void record(enum stream stream, const char *bytes, size_t size)
{
	log_record(stream, bytes, size);
	if (log_trouble() != trouble) {
		trouble = log_trouble();
		EACH_CONNECTION(c) tell(c, REPORT_LOG, trouble);
	}
}

/* The one pipe that a source can be passed on to within the kernel; none if anyone else wants it, or the log. */
static struct sink *only_pipe(enum stream stream)
{
	struct sink *only = 0;
	if (recorded || draining || container.terminal >= 0)
		return 0;
	EACH_CONNECTION(c) {
		struct sink *sink = &c->sinks[stream];
		if (sink->to.fd < 0)
			continue;
		if (only || sink->to.kind != PIPE)
			return 0;
		only = sink;
	}
	return only;
}

/* Reads a source, records what came, and gives it to all. 0 when nothing came. */
static size_t read_source(enum stream stream)
{
	struct flow *source = &sources[stream];
	struct sink *only = only_pipe(stream);
	int64_t n;
	source->full = 0;
	if (only) {
		n = call(splice, source->fd, 0, only->to.fd, 0, SPILL, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
		/* The poll found something to read, so it is the other side that holds it up. */
		source->full = n == -EAGAIN;
		if (n == -EPIPE)
			drop(&only->to);
		if (n)
			return n > 0 ? (size_t)n : 0;
	} else {
		n = call(read, source->fd, source->chunk, CHUNK);
	}
	if (n == -EAGAIN || n == -EINTR)
		return 0;
	if (n <= 0) {
		call(close, source->fd);
		source->fd = -1;
		return 0;
	}
	source->length = (size_t)n;
	if (!container.over)
		record(stream, source->chunk, source->length);
	deliver(stream);
	return (size_t)n;
}

/*
 * Records what is left in a source. Whoever is slow gets it later, from a pipe that takes the source's place; if that
 * holds less, only the log has it all.
 */
static void spill(enum stream stream, size_t left)
{
	struct flow *source = &sources[stream];
	int ends[2] = {-1, -1};
	call(pipe2, ends, O_NONBLOCK | O_CLOEXEC);
	call(fcntl, ends[1], F_SETPIPE_SZ, SPILL);
	int64_t n;
	while (left && (n = call(read, source->fd, input.bytes, left < CHUNK ? left : CHUNK)) > 0) {
		record(stream, input.bytes, (size_t)n);
		call(write, ends[1], input.bytes, n);
		left -= (size_t)n;
	}
	call(close, source->fd);
	call(close, ends[1]);
	source->fd = ends[0];
}

/*
 * The container's process has ended, and with it all of its PID namespace, so what its pipes hold now is all. Without
 * a namespace of its own there may be others that still write: they are heard as far as they have come.
 */
static void drain(enum stream stream)
{
	struct flow *source = &sources[stream];
	int left = 0;
	if (source->fd < 0)
		return;
	/* The kernel counts a terminal's bytes only when they have been asked for. */
	if (container.terminal >= 0 || call(ioctl, source->fd, FIONREAD, &left))
		left = SPILL;
	while (left > 0 && source->fd >= 0 && !source->length) {
		size_t n = read_source(stream);
		if (!n)
			break;
		left -= (int)n;
	}
	if (source->length) {
		spill(stream, left > 0 ? (size_t)left : 0);
	} else if (source->fd >= 0) {
		call(close, source->fd);
		source->fd = -1;
	}
}

static void open_exit_file(void)
{
	exit_file = (int)call(openat, DIRECTORY_FD, EXIT_TO_COME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

/*
 * The end, as "00256 2026-11-24T20:22:16.123456789Z": the wait status and when. The file has had its size since the
 * container began, so that a disk that is full by now does not matter, and gets its name when it is true.
 */
static void write_exit_file(struct timespec when)
{
	char line[STATUS_DIGITS + 1 + TIMESTAMP];
	char *out = decimal(line, (uint64_t)container.status, STATUS_DIGITS);
	*out++ = ' ';
	out = timestamp(out, when);
	out[-1] = '\n';
	if (exit_file < 0)
		open_exit_file();
	call(pwrite64, exit_file, line, out - line, 0);
	if (container.over)
		call(renameat2, DIRECTORY_FD, EXIT_TO_COME, DIRECTORY_FD, EXIT, 0);
}

/* Whether there is output that a connection has not got yet. */
static int lacks(const struct connection *connection)
{
	for (int i = 0; i < STREAMS; i++)
		if (connection->sinks[i].to.fd >= 0 && (sources[i].fd >= 0 || sources[i].length))
			return 1;
	return 0;
}

/* Tells the end to all who have the container's whole output. */
static void tell_end(void)
{
	int remain = 0;
	EACH_CONNECTION(c) {
		if (lacks(c)) {
			remain = 1;
			continue;
		}
		tell(c, REPORT_EXITED, container.status);
		disconnect(c);
	}
	if (!remain)
		leave(0);
}

/*
 * The container's process has ended. Everything is recorded before anyone is told. For users who are slow to take the
 * rest of the output a child remains, which nobody waits for and which holds nothing of the container's.
 */
static void end(void)
{
	call(wait4, container.pid, &container.status);
	struct timespec when = now();
	draining = 1;
	for (enum stream stream = OUTPUT; stream < STREAMS; stream++)
		drain(stream);
	log_end();
	container.over = 1;
	write_exit_file(when);
	if (container.terminal >= 0)
		call(close, ERROR_FD);
	else if (input.fd >= 0)
		call(close, input.fd);
	input.fd = -1;
	listen();
	serve(1);
	/* Before anyone is told, who may want to have it; what is left to do here is nobody's concern but the users'. */
	call(close, LOCK_FD);
	tell_end();
	const int ours[] = {PIDFD, DIRECTORY_FD, LISTENER_FD};
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		call(close, ours[i]);
	if (call(clone, 0) > 0)
		leave(0);
}

static void watch(struct pollfd *poll, int fd, short events)
{
	*poll = (struct pollfd){events ? fd : -1, events, 0};
}

/* Whether a source waits for its one pipe; once there is another or none, it is read as usual. */
static int held_up(enum stream stream)
{
	return sources[stream].full && only_pipe(stream);
}

/* Whether the pipe that a source waits for takes more. */
static int goes_on(enum stream stream)
{
	int ready = 0;
	if (held_up(stream))
		EACH_CONNECTION(c)
			ready |= polls_of(c)[SINKS + stream].revents;
	return ready;
}

/* Waits until something can be done. */
static void wait(void)
{
	size_t count = FIRST;
	int idle = input.fd >= 0 && !input.full && !input.length;
	watch(&polls[END], PIDFD, container.over ? 0 : POLLIN);
	watch(&polls[LISTENER], LISTENER_FD, container.over ? 0 : POLLIN);
	watch(&polls[INPUT], input.fd, input.full || input.length ? POLLOUT : 0);
	const int held[STREAMS] = {held_up(OUTPUT), held_up(ERROR)};
	for (int i = 0; i < STREAMS; i++)
		watch(&polls[SOURCES + i], sources[i].fd, sources[i].length || held[i] ? 0 : POLLIN);
	for (struct connection *c = connections; c < connections + MAX_CONNECTIONS; c++) {
		struct pollfd *mine = polls_of(c);
		int here = c->fd >= 0;
		watch(&mine[COMMANDS], c->fd, here ? POLLIN : 0);
		watch(&mine[USER_INPUT], c->input.fd, here && idle ? POLLIN : 0);
		for (int i = 0; i < STREAMS; i++) {
			int lacking = c->sinks[i].done < sources[i].length || held[i];
			watch(&mine[SINKS + i], c->sinks[i].to.fd, here && lacking ? POLLOUT : 0);
		}
		if (here)
			count = (size_t)(mine + PER_CONNECTION - polls);
	}
	call(ppoll, polls, count);
}

/* Takes over the container's streams. Our ends are ours alone, so that they may be made not to block. */
static void begin(int pid, uint32_t what)
{
	const uint64_t all = ~0ull;
	call(rt_sigprocmask, SIG_BLOCK, &all, 0, sizeof all);
	container.pid = pid;
	container.terminal = what & MONITOR_TERMINAL ? OUTPUT_FD : -1;
	input.fd = what & MONITOR_TERMINAL ? OUTPUT_FD : what & MONITOR_INPUT ? INPUT_FD : -1;
	sources[OUTPUT].fd = OUTPUT_FD;
	sources[ERROR].fd = what & MONITOR_TERMINAL ? -1 : ERROR_FD;
	for (int i = 0; i < STREAMS; i++)
		call(fcntl, sources[i].fd, F_SETFL, O_RDWR | O_NONBLOCK);
	call(fcntl, input.fd, F_SETFL, O_RDWR | O_NONBLOCK);
	call(fcntl, LISTENER_FD, F_SETFL, O_RDWR | O_NONBLOCK);
	for (struct connection *c = connections; c < connections + MAX_CONNECTIONS; c++)
		c->fd = -1;
	connect(CONTROL_FD);
	write_exit_file((struct timespec){0, 0});
}

void monitor(int pid, uint32_t what, uint64_t log_size, uint32_t log_files)
{
	begin(pid, what);
	recorded = !!(what & MONITOR_LOG);
	if (recorded)
		log_begin(log_size, log_files);
	for (;;) {
		wait();
		/* First what is asked, so that whoever asked to be attached misses nothing that is written later. */
		serve(0);
		if (polls[LISTENER].revents)
			listen();
		if (polls[INPUT].revents) {
			input.full = 0;
			pass_input_on();
		}
		EACH_CONNECTION(c)
			if (polls_of(c)[USER_INPUT].revents && c->input.fd >= 0 && input.fd >= 0 && !input.length)
				read_input(c);
		for (enum stream stream = OUTPUT; stream < STREAMS; stream++) {
			if (sources[stream].length)
				deliver(stream);
			else if ((polls[SOURCES + stream].revents || goes_on(stream)) && sources[stream].fd >= 0)
				read_source(stream);
		}
		if (container.over)
			tell_end();
		else if (polls[END].revents)
			end();
	}
}
