/*
 * The client: the `whalebox` process that the user's shell knows.
 *
 *     client PROGRAM ARGUMENT...
 *
 * It starts PROGRAM, the JVM, and stands between it and the user: signals come here and travel on as messages, since
 * a JVM has its own plans for most of them; and the terminal's settings are put back here, since a JVM that was
 * killed cannot. It leaves with the JVM's exit status. When it is killed itself, the JVM reads an end of file and
 * ends its container.
 */
#include "kernel.h"

#define AF_UNIX 1
#define SOCK_SEQPACKET 5
#define SOCK_CLOEXEC 0x80000
#define SFD_CLOEXEC 0x80000
#define SFD_NONBLOCK 0x800
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define F_GETFD 1
#define F_SETFD 2
#define AT_FDCWD (-100)
#define O_RDWR 2
#define POLLIN 1
#define WNOHANG 1
#define TCGETS 0x5401
#define TCSETS 0x5402
#define SIG_SETMASK 2
#define SIG_DFL 0ull
#define SIG_IGN 1ull

enum {
	SIGHUP = 1,
	SIGINT = 2,
	SIGQUIT = 3,
	SIGKILL = 9,
	SIGUSR1 = 10,
	SIGUSR2 = 12,
	SIGPIPE = 13,
	SIGALRM = 14,
	SIGTERM = 15,
	SIGCHLD = 17,
	SIGCONT = 18,
	SIGSTOP = 19,
	SIGTSTP = 20,
	SIGTTIN = 21,
	SIGTTOU = 22,
	SIGURG = 23,
	SIGNALS = 64,
};

/* What the JVM tells: 32-bit numbers, as the signals are in the other direction. io.whalebox.linux.Client has them. */
enum message {
	TAKES_SIGNALS = 1, /* from now on every signal is a message; before, the usual ones end the command */
	TERMINAL_RAW = 2,  /* the terminal's settings have been changed ... */
	TERMINAL_BACK = 3, /* ... and are the user's again */
};

/* As the kernel has them (rt_sigaction(2), ioctl_tty(2)), which is not as a C library shows them. */
struct sigaction {
	uint64_t handler, flags, restorer, mask;
};

struct termios {
	uint32_t iflag, oflag, cflag, lflag;
	uint8_t line, cc[19];
};

struct pollfd {
	int fd;
	short events, revents;
};

static struct termios saved;
static int terminal = -1; /* where the settings were saved from */
static int takes_signals, raw;

static uint64_t length(const char *text)
{
	uint64_t n = 0;
	while (text[n])
		n++;
	return n;
}

static char *copy(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	*to = 0;
	return to;
}

static int starts_with(const char *text, const char *prefix)
{
	while (*prefix)
		if (*text++ != *prefix++)
			return 0;
	return 1;
}

static void say(const char *text)
{
	call(write, 2, text, length(text));
}

static uint64_t disposition(int signal)
{
	struct sigaction action = {0, 0, 0, 0};
	call(rt_sigaction, signal, 0, &action, sizeof action.mask);
	return action.handler;
}

/* The JVM: deaf to what the terminal sends to the whole job, because each of those arrives as a message too. */
static __attribute__((noreturn)) void become_jvm(char **argv, char **envp)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGTSTP};
	const struct sigaction ignore = {SIG_IGN, 0, 0, 0};
	const uint64_t none = 0;
	for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++)
		call(rt_sigaction, ignored[i], &ignore, 0, sizeof ignore.mask);
	call(rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
	call(execve, argv[0], argv, envp);
	say("whalebox: cannot start ");
	say(argv[0]);
	say("\n");
	leave(125);
}

static void restore_terminal(void)
{
	/* Allowed from the background too, as SIGTTOU is blocked here. */
	if (raw)
		call(ioctl, terminal, TCSETS, &saved);
	raw = 0;
}

/* Who closed one (`<&-`) means nothing by it. Left free, its number would be the next opened file's, the JVM's too. */
static void open_missing_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (call(fcntl, fd, F_GETFD) < 0)
			call(openat, AT_FDCWD, "/dev/null", O_RDWR);
}

static void save_terminal(void)
{
	for (int fd = 0; fd <= 2 && terminal < 0; fd++)
		if (call(ioctl, fd, TCGETS, &saved) == 0)
			terminal = fd;
}

static void listen_to_jvm(int jvm)
{
	int32_t message;
	while (call(recvfrom, jvm, &message, sizeof message, MSG_DONTWAIT) == sizeof message) {
		if (message == TAKES_SIGNALS)
			takes_signals = 1;
		else if (message == TERMINAL_RAW)
			raw = 1;
		else if (message == TERMINAL_BACK)
			raw = 0;
	}
}

static void signal_self(int signal)
{
	int64_t self = call(getpid);
	call(kill, self, signal);
}

/* Ends as if the signal had never been caught: a shell that runs a script looks at exactly that. */
static __attribute__((noreturn)) void die_of(int signal)
{
	const struct sigaction standard = {SIG_DFL, 0, 0, 0};
	const uint64_t none = 0;
	call(rt_sigaction, signal, &standard, 0, sizeof standard.mask);
	signal_self(signal);
	call(rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
	leave(128 + signal);
}

static void collect(int64_t child, int jvm)
{
	int status = 0;
	if (call(wait4, child, &status, WNOHANG) != child)
		return;
	listen_to_jvm(jvm);
	restore_terminal();
	if (status & 0x7f) {
		say("whalebox: its own process was killed\n");
		leave(125);
	}
	leave(status >> 8 & 0xff);
}

static void handle(int signal, int64_t child, int jvm)
{
	switch (signal) {
	case SIGCHLD:
		collect(child, jvm);
		return;
	case SIGPIPE:
	case SIGURG:
		return;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		/* The job stops as a whole; what continues this process continues the other one too. */
		call(kill, child, SIGSTOP);
		signal_self(SIGSTOP);
		call(kill, child, SIGCONT);
		return;
	}
	listen_to_jvm(jvm);
	if (takes_signals) {
		int32_t message = signal;
		call(sendto, jvm, &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL);
	} else if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT) {
		/* Every command may be cut off at any moment: the next one finds the store whole. */
		call(kill, child, SIGKILL);
		call(wait4, child);
		restore_terminal();
		die_of(signal);
	}
}

/* What a JVM would obey or be confused by; the caller's own values travel under another name. */
static const char *const set_aside[] = {"LC_ALL=", "JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS="};
static const char saved_prefix[] = "WHALEBOX_SAVED_";
static const char socket_variable[] = "WHALEBOX_CLIENT_FD=";

static int is_set_aside(const char *entry)
{
	for (unsigned i = 0; i < sizeof set_aside / sizeof *set_aside; i++)
		if (starts_with(entry, set_aside[i]))
			return 1;
	return 0;
}

/* The caller's environment with a UTF-8 locale, so that arguments arrive as typed, and with the socket's number. */
static void extend(char **to, char **envp, char *room, int fd)
{
	for (; *envp; envp++) {
		if (is_set_aside(*envp)) {
			*to++ = room;
			room = copy(copy(room, saved_prefix), *envp) + 1;
		} else if (!starts_with(*envp, socket_variable) && !starts_with(*envp, saved_prefix)) {
			*to++ = *envp;
		}
	}
	*to++ = room;
	room = copy(room, socket_variable);
	copy(room, "00000");
	for (int i = 4; fd; fd /= 10)
		room[i--] = (char)('0' + fd % 10);
	*to++ = "LC_ALL=C.UTF-8";
	*to = 0;
}

static int64_t start(char **argv, char **envp, int theirs)
{
	int64_t child = call(clone, SIGCHLD, 0, 0, 0, 0);
	if (child)
		return child;
	uint64_t entries = 0, bytes = 64;
	for (char **entry = envp; *entry; entry++) {
		entries++;
		if (is_set_aside(*entry))
			bytes += length(*entry) + sizeof saved_prefix;
	}
	char *extended[entries + 3];
	char room[bytes];
	extend(extended, envp, room, theirs);
	call(fcntl, theirs, F_SETFD, 0);
	become_jvm(argv, extended);
}

static __attribute__((noreturn)) void supervise(char **argv, char **envp)
{
	/* Some callers ignore SIGCHLD. The JVM's end would go unnoticed then, and its exit status be thrown away. */
	const struct sigaction standard = {SIG_DFL, 0, 0, 0};
	call(rt_sigaction, SIGCHLD, &standard, 0, sizeof standard.mask);
	/* What the caller wants ignored (nohup) stays ignored: a blocked signal would be queued and passed on. */
	uint64_t heard = 0;
	for (int signal = 1; signal <= SIGNALS; signal++)
		if (disposition(signal) != SIG_IGN)
			heard |= 1ull << (signal - 1);
	int ends[2];
	call(rt_sigprocmask, SIG_SETMASK, &heard, 0, sizeof heard);
	int64_t signals = call(signalfd4, -1, &heard, sizeof heard, SFD_CLOEXEC | SFD_NONBLOCK);
	save_terminal();
	if (signals < 0 || call(socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		say("whalebox: no descriptors left\n");
		leave(125);
	}
	int64_t child = start(argv, envp, ends[1]);
	if (child < 0) {
		say("whalebox: no process can be started\n");
		leave(125);
	}
	call(close, ends[1]);
	struct pollfd events[2] = {{(int)signals, POLLIN, 0}, {ends[0], POLLIN, 0}};
	for (;;) {
		call(ppoll, events, 2);
		if (events[1].revents & POLLIN)
			listen_to_jvm(ends[0]);
		if (events[1].revents & ~POLLIN)
			events[1].fd = -1; /* the JVM is ending: its exit status comes as a signal */
		uint32_t info[32]; /* struct signalfd_siginfo begins with the signal's number */
		while (call(read, signals, info, sizeof info) == sizeof info)
			handle((int)info[0], child, ends[0]);
	}
}

/* The kernel leaves argc, the arguments, a null, the environment and another null on the stack. */
__attribute__((noreturn, used)) void begin(uint64_t *stack)
{
	uint64_t count = stack[0];
	char **argv = (char **)(stack + 1);
	if (count < 2) {
		say("usage: client PROGRAM [ARGUMENT...]\n");
		leave(125);
	}
	open_missing_streams();
	supervise(argv + 1, argv + count + 1);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#else
__asm__(".globl _start\n_start: mov x29,#0\n mov x0,sp\n bl begin\n");
#endif
