/*
 * Those who are connected to a monitor, what they ask for, and what they type or send to the container.
 *
 * Each connection is as good as every other: the engine that started the container, a later one, a user's client.
 * Who may connect is decided by the directory that the listener's name lies in, which only root and the owner of the
 * store can enter (0700).
 */
#include "bytes.h"
#include "kernel.h"
#include "monitor.h"
#include "packet.h"

#define TIOCSWINSZ 0x5414
#define SOCK_CLOEXEC 0x80000
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000

#define PACKETS_AT_ONCE 64

struct connection connections[MAX_CONNECTIONS];
struct input input;

void tell(const struct connection *connection, uint32_t kind, int value)
{
	struct report message = {kind, 0, value};
	/* Whoever does not read is not worth waiting for, and whoever has gone is noticed by the end of file. */
	call(sendto, connection->fd, &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void pass_input_on(void)
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
	if (!input.ending || input.fd < 0 || container.terminal >= 0)
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

void disconnect(struct connection *connection)
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
struct connection *connect(int fd)
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
	for (int i = 0; container.over && i < STREAMS; i++)
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
		call(ioctl, container.terminal, TIOCSWINSZ, size);
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
		tell(connection, container.over ? REPORT_EXITED : REPORT_STARTED,
		     container.over ? container.status : container.pid);
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
	struct descriptors with;
	int64_t n = receive_packet(connection->fd, &command, sizeof command, &with, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n == -EAGAIN || n == -EINTR)
		return 0;
	if (n <= 0)
		disconnect(connection);
	else
		obey(connection, &command, with.fds, with.count);
	return connection->fd >= 0;
}

void listen(void)
{
	int64_t fd;
	while ((fd = call(accept4, LISTENER_FD, 0, 0, SOCK_CLOEXEC)) >= 0)
		if (!connect((int)fd))
			call(close, fd);
}

/* Does what was asked on connections where the poll found something, or, once all comes to its end, on each. */
void serve(int each)
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
void read_input(struct connection *connection)
{
	size_t held = connection->held;
	int64_t n;
	if (connection->input.kind == PIPE && !connection->key_count && container.terminal < 0) {
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

