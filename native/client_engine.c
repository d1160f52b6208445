/*
 * A command in the engine: the JVM that serves this store for everybody (io.whalebox.cli.service on the other side).
 * The first command starts it.
 */
#include "client.h"
#include "kernel.h"
#include "packet.h"
#include "plan.h"

#define AT_EMPTY_PATH 0x1000
#define MFD_CLOEXEC 1
#define MSG_CMSG_CLOEXEC 0x40000000
#define O_CLOEXEC 0x80000
#define O_NONBLOCK 0x800
#define F_SETFL 4
#define PATH_SIZE 4096
#define ATTEMPTS 8

/* How the connection begins. Descriptors come with it: the words, standard input, output and error, what to read. */
struct request {
	uint32_t magic;
	uint32_t arguments, variables; /* how many of each lie in the words, after this build's and the working directory */
};

#define REQUEST_MAGIC 0x51524257u /* "WBRQ" */
#define DESCRIPTORS 5

/* socket(7) and cmsg(3) as the kernel has them */
struct address {
	uint16_t family;
	char path[108];
};

struct vector {
	const void *base;
	uint64_t length;
};

struct header {
	void *name;
	uint32_t name_length;
	struct vector *vectors;
	uint64_t vector_count;
	void *control;
	uint64_t control_length;
	int flags;
};

struct rights {
	uint64_t length;
	int level, type;
	int fds[DESCRIPTORS + 1];
};

static int engine = -1, signals = -1, session = -1;
static int takes_signals, wants_input;
static uint64_t unheard; /* signals that the engine was sent and has not passed on, as far as it has told */
static int monitor_status = -1; /* how the container ended, as its monitor told */

/* What was typed and not yet taken: in the background this process must not read, so the engine cannot do it. */
static char typed[4096];
static int64_t typed_length, typed_done;
static int typed_pipe = -1;

static const char *run_directory(char **envp)
{
	const char *run = variable(envp, "WHALEBOX_RUN=");
	return run ? run : "/run/whalebox";
}

static void run_path(char *to, char **envp, const char *file)
{
	const char *run = run_directory(envp);
	if (length(run) + length(file) + 2 > PATH_SIZE) {
		say("whalebox: WHALEBOX_RUN is longer than a path can be\n");
		leave(125);
	}
	copy(copy(copy(to, run), "/"), file);
}

/* An address has room for 108 bytes only, so a longer path goes through a descriptor of the directory. */
static int64_t connect_engine(char **envp)
{
	struct address address = {AF_UNIX, {0}};
	char path[PATH_SIZE];
	run_path(path, envp, "engine.sock");
	int64_t directory = -1;
	if (length(path) < sizeof address.path) {
		copy(address.path, path);
	} else {
		directory = call(openat, AT_FDCWD, run_directory(envp), 0x200000 | O_CLOEXEC /* O_PATH */);
		if (directory < 0)
			return directory;
		copy(address.path, "/proc/self/fd/00000/engine.sock");
		for (int64_t i = 18, fd = directory; fd; fd /= 10)
			address.path[i--] = (char)('0' + fd % 10);
	}
	int64_t fd = call(socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int64_t result = fd < 0 ? fd : call(connect, fd, &address, sizeof address);
	if (directory >= 0)
		call(close, directory);
	if (result < 0 && fd >= 0)
		call(close, fd);
	return result < 0 ? result : fd;
}

static void make_run_directory(char **envp)
{
	char path[PATH_SIZE];
	run_path(path, envp, "");
	for (char *at = path + 1; *at; at++)
		if (*at == '/') {
			*at = 0;
			call(mkdirat, AT_FDCWD, path, 0700);
			*at = '/';
		}
}

/* Does not return: this process becomes the engine, which tells on descriptor 3, if that is open, when it is ready. */
void become_engine(char **arguments, char **envp)
{
	const uint64_t none = 0;
	uint64_t entries;
	char room[room_for_environment(envp, &entries)];
	char *environment[entries];
	jvm_environment(environment, envp, room, 0);
	char **words = read_words("engine", arguments);
	call(rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
	call(execve, words[0], words, environment);
	say("whalebox: cannot start ");
	say(words[0]);
	say("\n");
	leave(125);
}

static __attribute__((noreturn)) void detach_engine(char **envp, int ready)
{
	char log[PATH_SIZE];
	char *arguments[] = {(char *)"engine", (char *)"serve", (char *)"--ready-fd", (char *)"3", 0};
	call(setsid);
	make_run_directory(envp);
	run_path(log, envp, "engine.log");
	call(close, 0);
	call(openat, AT_FDCWD, "/dev/null", 0);
	int64_t out = call(openat, AT_FDCWD, log, O_CLOEXEC | 02101 /* O_APPEND | O_CREAT | O_WRONLY */, 0600);
	/* Where it cannot speak it is silent: the caller's own streams are not to be held open. */
	call(dup3, out < 0 ? 0 : out, 1, 0);
	call(dup3, out < 0 ? 0 : out, 2, 0);
	if (ready != 3)
		call(dup3, ready, 3, 0);
	else
		call(fcntl, 3, 2 /* F_SETFD */, 0);
	call(close_range, 4, ~0u, 0);
	become_engine(arguments, envp);
}

/* Starts an engine and waits until it serves, or until one that was faster does. */
static void start_engine(char **envp)
{
	char message[512];
	int ends[2];
	if (call(pipe2, ends, O_CLOEXEC) < 0) {
		say("whalebox: no descriptors left\n");
		leave(125);
	}
	/* Without a signal at its end: nobody here waits for it. */
	int64_t child = call(clone, 0, 0, 0, 0, 0);
	if (child == 0)
		detach_engine(envp, ends[1]);
	call(close, ends[1]);
	int64_t n = child < 0 ? child : call(read, ends[0], message, sizeof message - 1);
	call(close, ends[0]);
	if (n == 1 && *message == '\n')
		return;
	say("whalebox: the engine did not start: ");
	if (n > 0) {
		message[n] = 0;
		say(message);
	} else {
		char log[PATH_SIZE];
		run_path(log, envp, "engine.log");
		say("what it said is in ");
		say(log);
	}
	say("\n");
	leave(125);
}

static void append(int file, const char *text)
{
	call(write, file, text, length(text) + 1);
}

/* This build, the working directory, the arguments and the environment, each with a zero after it. */
static int write_words(struct request *request, char **arguments, char **envp)
{
	char directory[PATH_SIZE] = "/";
	int file = (int)call(memfd_create, "whalebox-request", MFD_CLOEXEC);
	call(getcwd, directory, sizeof directory);
	append(file, own_directory());
	append(file, directory);
	for (; *arguments; arguments++, request->arguments++)
		append(file, *arguments);
	for (; *envp; envp++, request->variables++)
		append(file, *envp);
	call(lseek, file, 0, 0 /* SEEK_SET */);
	return file;
}

static int ask(char **arguments, char **envp)
{
	struct request request = {REQUEST_MAGIC, 0, 0};
	int words = write_words(&request, arguments, envp);
	int input = 0;
	if (terminal_is_saved_from(0)) {
		int ends[2];
		if (call(pipe2, ends, O_CLOEXEC) == 0) {
			input = ends[0];
			typed_pipe = ends[1];
			call(fcntl, typed_pipe, F_SETFL, O_NONBLOCK);
		}
	}
	struct rights rights = {16 + DESCRIPTORS * sizeof(int), 1 /* SOL_SOCKET */, 1 /* SCM_RIGHTS */, {words, 0, 1, 2, input, 0}};
	struct vector vector = {&request, sizeof request};
	struct header header = {0, 0, &vector, 1, &rights, rights.length, 0};
	int64_t sent = call(sendmsg, engine, &header, MSG_NOSIGNAL);
	call(close, words);
	if (input)
		call(close, input);
	return sent == sizeof request;
}

static void connect_or_start(char **arguments, char **envp)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		engine = (int)connect_engine(envp);
		if (engine >= 0)
			return;
		if (engine == -EACCES || engine == -EPERM)
			run_in_own_jvm(read_words("command", arguments), envp);
		if (arguments[0] && arguments[1] && equal(arguments[0], "engine") &&
		    (equal(arguments[1], "stop") || equal(arguments[1], "status"))) {
			call(write, 1, "no engine is running\n", 21);
			leave(equal(arguments[1], "status"));
		}
		start_engine(envp);
	}
	say("whalebox: an engine starts again and again and cannot be reached\n");
	leave(125);
}

/* Without an engine a signal, or the window's size, goes to the container's monitor directly. */
static void tell_monitor(int signal)
{
	struct command command = {COMMAND_SIGNAL, signal, 0, {0}};
	if (signal == SIGWINCH && terminal_size() > 0) {
		command.kind = COMMAND_RESIZE;
		command.value = (int32_t)terminal_size();
	}
	call(sendto, session, &command, sizeof command, MSG_NOSIGNAL);
}

static void handle_signal(int signal)
{
	switch (signal) {
	case SIGCHLD:
	case SIGPIPE:
	case SIGURG:
		return;
	case SIGTSTP:
		signal_self(SIGSTOP);
		return;
	}
	if (takes_signals && engine < 0) {
		tell_monitor(signal);
	} else if (takes_signals) {
		int32_t message = signal;
		unheard |= signal_bit(signal);
		call(sendto, engine, &message, sizeof message, MSG_NOSIGNAL);
	} else if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT) {
		/* The engine reads an end of file and gives the command up. */
		restore_terminal();
		die_of(signal);
	}
}

/* While there is an engine, it is the one to say how the command ends; it may have more to do. */
static void listen_to_monitor(void)
{
	struct report report;
	int64_t n = call(recvfrom, session, &report, sizeof report, MSG_DONTWAIT);
	if (n == -EAGAIN || n == -EINTR)
		return;
	if (n == sizeof report && report.kind == REPORT_DETACHED) {
		int32_t message = DETACHES;
		restore_terminal();
		if (engine >= 0)
			call(sendto, engine, &message, sizeof message, MSG_NOSIGNAL);
		leave(0);
	}
	if (n == sizeof report && report.kind == REPORT_EXITED) {
		monitor_status = report.value & 0x7f ? 128 + (report.value & 0x7f) : report.value >> 8 & 0xff;
	} else if (n != sizeof report) {
		call(close, session);
		session = -1;
	}
}

/* A message and the descriptor that may come with it. */
static int64_t receive_message(struct message *message)
{
	struct descriptors with;
	int64_t n = receive_packet(engine, message, sizeof *message, &with, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n == sizeof *message && with.count && message->kind == SESSION)
		session = with.fds[0];
	return n;
}

/* The engine has gone. A container that this command is attached to has not. */
static void lose_engine(char **envp)
{
	char log[PATH_SIZE];
	call(close, engine);
	engine = -1;
	/* What it did not live to pass on; should it have, and not lived to say so, then a signal comes twice. */
	for (int signal = 1; session >= 0 && signal <= SIGNALS; signal++)
		if (unheard & signal_bit(signal))
			tell_monitor(signal);
	unheard = 0;
	if (session >= 0 || monitor_status >= 0)
		return;
	restore_terminal();
	run_path(log, envp, "engine.log");
	say("whalebox: the engine ended before the command did; its log is ");
	say(log);
	say("\n");
	leave(125);
}

/* False when another engine is to be asked. */
static int handle_message(const struct message *message)
{
	note_terminal(message);
	switch (message->kind) {
	case TAKES_SIGNALS:
		takes_signals = 1;
		break;
	case WANTS_INPUT:
		wants_input = 1;
		break;
	case HEARD:
		if (message->value >= 1 && message->value <= SIGNALS)
			unheard &= ~signal_bit(message->value);
		break;
	case EXITS:
		restore_terminal();
		leave(message->value);
	case RESTARTS:
		return 0;
	}
	return 1;
}

static void read_typed(void)
{
	typed_done = 0;
	typed_length = call(read, 0, typed, sizeof typed);
	if (typed_length == -EINTR || typed_length == -EAGAIN)
		typed_length = 0;
	else if (typed_length <= 0) {
		call(close, typed_pipe);
		typed_pipe = -1;
	}
}

static void pass_typed_on(void)
{
	int64_t n = call(write, typed_pipe, typed + typed_done, typed_length - typed_done);
	if (n > 0)
		typed_done += n;
	else if (n != -EAGAIN && n != -EINTR) {
		call(close, typed_pipe);
		typed_pipe = -1;
	}
}

/* Until the command is over; returns when another engine is to be asked. */
static void serve_command(char **envp)
{
	enum { SIGNAL, ENGINE, MONITOR, TERMINAL, TYPED };
	for (;;) {
		int pending = typed_pipe >= 0 && typed_done < typed_length;
		int reading = typed_pipe >= 0 && wants_input && !pending;
		struct pollfd events[] = {
			[SIGNAL] = {signals, POLLIN, 0},
			[ENGINE] = {engine, POLLIN, 0},
			[MONITOR] = {session, POLLIN, 0},
			[TERMINAL] = {reading ? 0 : -1, POLLIN, 0},
			[TYPED] = {pending ? typed_pipe : -1, POLLOUT, 0},
		};
		call(ppoll, events, sizeof events / sizeof *events);
		uint32_t info[32]; /* struct signalfd_siginfo begins with the signal's number */
		while (call(read, signals, info, sizeof info) == sizeof info)
			handle_signal((int)info[0]);
		if (events[ENGINE].revents) {
			struct message message;
			int64_t n = receive_message(&message);
			if (n == sizeof message) {
				if (!handle_message(&message))
					return;
			} else if (n != -EAGAIN && n != -EINTR) {
				lose_engine(envp);
			}
		}
		if (events[MONITOR].revents)
			listen_to_monitor();
		if (engine < 0 && (session < 0 || monitor_status >= 0)) {
			restore_terminal();
			leave(monitor_status < 0 ? 137 : monitor_status);
		}
		if (events[TERMINAL].revents)
			read_typed();
		if (events[TYPED].revents)
			pass_typed_on();
	}
}

void run_in_engine(char **arguments, char **envp)
{
	save_terminal();
	/* Reading a terminal in the background stops the job, as it does to any other program. */
	signals = hear_signals(signal_bit(SIGTTIN));
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		connect_or_start(arguments, envp);
		if (ask(arguments, envp))
			serve_command(envp);
		call(close, engine);
	}
	say("whalebox: engines of other builds keep taking over this store\n");
	leave(125);
}
