/*
 * The monitor: what a launcher becomes that is to outlive the engine. It is the parent of the container's process,
 * owns the other ends of its streams, records its output, and serves whoever connects, in one loop without threads.
 *
 * Each connection is as good as every other: the engine that started the container, a later one, a user's client.
 * Who may connect is decided by the directory that the listener's name lies in, which only root and the owner of the
 * store can enter (0700).
 *
 * Nothing here waits for anyone: not for a user who does not read, and not for a container that does not. What a
 * source gave is kept until all who are attached have it, and only then is the source read again; so whoever is
 * slow holds back the container (as a pipe does), and needs no memory, but holds back no command and not the end.
 */
#include "monitor.h"
#include "bytes.h"
#include "kernel.h"
#include "plan.h"
#include "supervise.h"

#define SIG_BLOCK 0
#define F_SETFL 4
#define F_SETPIPE_SZ 1031
#define FIONREAD 0x541b
#define TIOCSWINSZ 0x5414
#define O_RDWR 2
#define O_WRONLY 1
#define O_CREAT 0x40
#define O_TRUNC 0x200
#define O_NONBLOCK 0x800
#define O_CLOEXEC 0x80000
#define SOCK_CLOEXEC 0x80000
#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000
#define SPLICE_F_MOVE 1
#define SPLICE_F_NONBLOCK 2

#define CHUNK 65536 /* what a pipe holds */
#define SPILL (1 << 20) /* what a pipe may hold at most (/proc/sys/fs/pipe-max-size) */
#define MAX_CONNECTIONS 32
#define MAX_DESCRIPTORS 4
#define PACKETS_AT_ONCE 64

/* Where the end of the container is written down, and under which name before it has come. */
#define EXIT "exit"
#define EXIT_TO_COME "exit.new"
#define STATUS_DIGITS 5

struct sink {
	struct descriptor to;
	size_t done; /* how much of the source's chunk it has */
};

static struct connection {
	int fd; /* -1: none */
	uint32_t attached; /* enum attach; 0: not */
	struct descriptor input;
	struct sink sinks[STREAMS];
	uint32_t key_count, held; /* the keys that detach, and how many of them were typed last */
	uint8_t keys[MAX_DETACH_KEYS];
} connections[MAX_CONNECTIONS];

static struct flow {
	int fd; /* -1: at its end */
	size_t length;
	char chunk[CHUNK];
} sources[STREAMS];

/* What is on its way to the container. */
static struct {
	int fd; /* -1: closed */
	int full, ending;
	size_t done, length;
	char bytes[CHUNK];
} input;

static int container, status, over; /* the process; its wait status, once it is over */
static int terminal; /* the terminal's master, -1 without one */
static int exit_file = -1;
static int trouble; /* what was last told about the log */

/* What is polled: these, and then four for each connection. */
enum { END, LISTENER, SOURCES, INPUT = SOURCES + STREAMS, FIRST };
enum { COMMANDS, USER_INPUT, SINKS, PER_CONNECTION = SINKS + STREAMS };
static struct pollfd polls[FIRST + PER_CONNECTION * MAX_CONNECTIONS];

static struct pollfd *polls_of(const struct connection *connection)
{
	return &polls[FIRST + PER_CONNECTION * (connection - connections)];
}

#define EACH_CONNECTION(c)                                                                                             \
	for (struct connection *c = connections; c < connections + MAX_CONNECTIONS; c++)                               \
		if (c->fd >= 0)

static void tell(const struct connection *connection, uint32_t kind, int value)
{
	struct report message = {kind, 0, value};
	/* Whoever does not read is not worth waiting for, and whoever has gone is noticed by the end of file. */
	call(sendto, connection->fd, &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void pass_input_on(void)
{
	while (input.fd >= 0 && input.done < input.length) {
		int64_t n = call(write, input.fd, input.bytes + input.done, input.length - input.done);
		if (n == -EAGAIN || n == -EINTR)
			return;
		if (n < 0)
			input.ending = 1; /* so has the container */
		input.done += n < 0 ? input.length - input.done : (size_t)n;
	}
	input.done = input.length = 0;
	/* A terminal has no end but the one that is typed. */
	if (!input.ending || input.fd < 0 || terminal >= 0)
		return;
	call(close, input.fd);
	input.fd = -1;
	/* Those who write to the container learn it as they would from a pipe. */
	EACH_CONNECTION(c) drop(&c->input);
}

static void end_input(struct connection *connection)
{
	if (connection->input.fd >= 0 && connection->attached & ATTACH_INPUT_ONCE) {
		input.ending = 1;
		drop(&connection->input);
		pass_input_on();
	}
	drop(&connection->input);
}

static void disconnect(struct connection *connection)
{
	if (connection->attached & ATTACH_INPUT_ONCE)
		input.ending = 1;
	drop(&connection->input);
	for (int i = 0; i < STREAMS; i++)
		drop(&connection->sinks[i].to);
	call(close, connection->fd);
	connection->fd = -1;
	connection->attached = 0;
	pass_input_on();
}

/* A new connection; none when there are too many, and then the descriptor is still the caller's. */
static struct connection *connect(int fd)
{
	for (struct connection *c = connections; c < connections + MAX_CONNECTIONS; c++) {
		if (c->fd < 0) {
			const struct descriptor none = {-1, PATIENT};
			*c = (struct connection){.fd = fd, .input = none, .sinks = {{none, 0}, {none, 0}}};
			for (int i = 0; i < PER_CONNECTION; i++)
				polls_of(c)[i].revents = 0;
			return c;
		}
	}
	return 0;
}

/* Connects a user's descriptors to the container's streams: 0, or an errno, and then they are still the caller's. */
static int attach(struct connection *connection, const struct command *command, const int *fds, int count)
{
	uint32_t with = (uint32_t)command->value;
	int wanted = 0;
	for (uint32_t bit = ATTACH_CONNECTION; bit <= ATTACH_ERROR; bit <<= 1)
		wanted += !!(with & bit);
	if (count != wanted || command->key_count > MAX_DETACH_KEYS)
		return EINVAL;
	if (with & ATTACH_CONNECTION)
		connection = connect(*fds++);
	else if (connection->attached)
		return EBUSY;
	if (!connection)
		return EMFILE;
	connection->attached = with | ATTACH_CONNECTION;
	if (with & ATTACH_INPUT)
		connection->input = take(*fds++, 0);
	for (int i = 0; i < STREAMS; i++) {
		if (!(with & (uint32_t)ATTACH_OUTPUT << i))
			continue;
		/* What was written before is not for this one. */
		connection->sinks[i] = (struct sink){take(*fds++, 1), sources[i].length};
	}
	copy(connection->keys, command->keys, MAX_DETACH_KEYS);
	connection->key_count = command->key_count;
	if (input.fd < 0)
		drop(&connection->input);
	for (int i = 0; over && i < STREAMS; i++)
		drop(&connection->sinks[i].to);
	return 0;
}

static void obey(struct connection *connection, const struct command *command, const int *fds, int count)
{
	uint32_t value = (uint32_t)command->value;
	int error = EINVAL;
	switch (command->kind) {
	case COMMAND_SIGNAL:
		call(pidfd_send_signal, PIDFD, value);
		break;
	case COMMAND_RESIZE: {
		const uint16_t size[4] = {(uint16_t)(value >> 16), (uint16_t)value, 0, 0};
		call(ioctl, terminal, TIOCSWINSZ, size);
		break;
	}
	case COMMAND_ATTACH:
		error = attach(connection, command, fds, count);
		tell(connection, error ? REPORT_REFUSED : REPORT_ATTACHED, error);
		break;
	case COMMAND_CLOSE_INPUT:
		input.ending = 1;
		pass_input_on();
		break;
	case COMMAND_STATUS:
		tell(connection, over ? REPORT_EXITED : REPORT_STARTED, over ? status : container);
		break;
	}
	if (error)
		for (int i = 0; i < count; i++)
			call(close, fds[i]);
}

/* Receives a packet; 0 when there is none, or no longer anyone to send one. */
static int hear(struct connection *connection)
{
	struct command command = {0};
	struct {
		uint64_t length;
		int level, type;
		int fds[MAX_DESCRIPTORS];
	} control = {0};
	struct {
		void *data;
		uint64_t size;
	} vector = {&command, sizeof command};
	struct {
		void *name;
		uint64_t name_size;
		void *vectors;
		uint64_t count;
		void *control;
		uint64_t control_size;
		uint64_t flags;
	} message = {0, 0, &vector, 1, &control, sizeof control, 0};
	int64_t n = call(recvmsg, connection->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n == -EAGAIN || n == -EINTR)
		return 0;
	int count = 0;
	if (n > 0 && message.control_size && control.level == SOL_SOCKET && control.type == SCM_RIGHTS)
		count = (int)((control.length - 16) / sizeof(int));
	if (n <= 0)
		disconnect(connection);
	else
		obey(connection, &command, control.fds, count);
	return connection->fd >= 0;
}

static void listen(void)
{
	int64_t fd;
	while ((fd = call(accept4, LISTENER_FD, 0, 0, SOCK_CLOEXEC)) >= 0)
		if (!connect((int)fd))
			call(close, fd);
}

/* Does what was asked on connections where the poll found something, or, once all comes to its end, on each. */
static void serve(int each)
{
	EACH_CONNECTION(c)
		if (each || polls_of(c)[COMMANDS].revents)
			for (int n = 0; n < PACKETS_AT_ONCE && hear(c); n++)
				;
}

/*
 * Looks for the keys that detach in what a user typed, which lies in input.bytes after those of the keys that came
 * last. True when they are complete; otherwise what could be the beginning of them is held back.
 */
static int keys_typed(struct connection *connection, size_t length)
{
	const uint8_t *keys = connection->keys;
	for (size_t at = 0; at < length; at++) {
		size_t alike = 0;
		while (alike < connection->key_count && at + alike < length && (uint8_t)input.bytes[at + alike] == keys[alike])
			alike++;
		if (alike == connection->key_count || at + alike == length) {
			input.length = at;
			connection->held = (uint32_t)alike;
			return alike == connection->key_count;
		}
	}
	input.length = length;
	connection->held = 0;
	return 0;
}

/* What a user typed or sent, to the container. Only called when nothing is on its way there. */
static void read_input(struct connection *connection)
{
	size_t held = connection->held;
	int64_t n;
	if (connection->input.kind == PIPE && !connection->key_count && terminal < 0) {
		n = call(splice, connection->input.fd, 0, input.fd, 0, SPILL, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
		input.full = n == -EAGAIN;
		input.ending |= n == -EPIPE; /* the container has closed its end */
		if (n > 0 || n == -EPIPE) {
			pass_input_on();
			return;
		}
	} else {
		n = get(connection->input, input.bytes + held, CHUNK - held);
	}
	if (n == -EAGAIN || n == -EINTR)
		return;
	copy(input.bytes, connection->keys, held);
	if (n <= 0) {
		input.length = held;
		pass_input_on();
		end_input(connection);
		return;
	}
	input.length = held + (size_t)n;
	int typed = connection->key_count && keys_typed(connection, input.length);
	pass_input_on();
	if (typed) {
		tell(connection, REPORT_DETACHED, 0);
		disconnect(connection);
	}
}

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

/* Reads a source, records what came, and gives it to all. 0 when nothing came. */
static size_t read_source(enum stream stream)
{
	struct flow *source = &sources[stream];
	int64_t n = call(read, source->fd, source->chunk, CHUNK);
	if (n == -EAGAIN || n == -EINTR)
		return 0;
	if (n <= 0) {
		call(close, source->fd);
		source->fd = -1;
		return 0;
	}
	source->length = (size_t)n;
	if (!over)
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
	if (terminal >= 0 || call(ioctl, source->fd, FIONREAD, &left))
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
	char *out = decimal(line, (uint64_t)status, STATUS_DIGITS);
	*out++ = ' ';
	out = timestamp(out, when);
	out[-1] = '\n';
	if (exit_file < 0)
		open_exit_file();
	call(pwrite64, exit_file, line, out - line, 0);
	if (over)
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
		tell(c, REPORT_EXITED, status);
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
	call(wait4, container, &status);
	struct timespec when = now();
	for (enum stream stream = OUTPUT; stream < STREAMS; stream++)
		drain(stream);
	log_end();
	over = 1;
	write_exit_file(when);
	if (terminal >= 0)
		call(close, ERROR_FD);
	else if (input.fd >= 0)
		call(close, input.fd);
	input.fd = -1;
	listen();
	serve(1);
	tell_end();
	/* The lock above all, which the child must not hold for a moment. */
	const int ours[] = {PIDFD, LOCK_FD, DIRECTORY_FD, LISTENER_FD};
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		call(close, ours[i]);
	if (call(clone, 0) > 0)
		leave(0);
}

static void watch(struct pollfd *poll, int fd, short events)
{
	*poll = (struct pollfd){events ? fd : -1, events, 0};
}

/* Waits until something can be done. */
static void wait(void)
{
	size_t count = FIRST;
	int idle = input.fd >= 0 && !input.full && !input.length;
	watch(&polls[END], PIDFD, over ? 0 : POLLIN);
	watch(&polls[LISTENER], LISTENER_FD, over ? 0 : POLLIN);
	watch(&polls[INPUT], input.fd, input.full || input.length ? POLLOUT : 0);
	for (int i = 0; i < STREAMS; i++)
		watch(&polls[SOURCES + i], sources[i].fd, sources[i].length ? 0 : POLLIN);
	for (struct connection *c = connections; c < connections + MAX_CONNECTIONS; c++) {
		struct pollfd *mine = polls_of(c);
		int here = c->fd >= 0;
		watch(&mine[COMMANDS], c->fd, here ? POLLIN : 0);
		watch(&mine[USER_INPUT], c->input.fd, here && idle ? POLLIN : 0);
		for (int i = 0; i < STREAMS; i++) {
			int lacking = c->sinks[i].done < sources[i].length;
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
	container = pid;
	terminal = what & MONITOR_TERMINAL ? OUTPUT_FD : -1;
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
	if (what & MONITOR_LOG)
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
			else if (polls[SOURCES + stream].revents && sources[stream].fd >= 0)
				read_source(stream);
		}
		if (over)
			tell_end();
		else if (polls[END].revents)
			end();
	}
}
