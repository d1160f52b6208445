/* Text, signals, the terminal and the environment: what both ways of the client need. */
#include "client.h"
#include "kernel.h"

#define SFD_CLOEXEC 0x80000
#define SFD_NONBLOCK 0x800
#define TCGETS 0x5401
#define TCSETS 0x5402
#define TIOCGWINSZ 0x5413

/* As the kernel has it (ioctl_tty(2)). */
struct termios {
	uint32_t iflag, oflag, cflag, lflag;
	uint8_t line, cc[19];
};

static struct termios saved;
static int terminal = -1; /* where the settings were saved from */
static int raw;

uint64_t length(const char *text)
{
	uint64_t n = 0;
	while (text[n])
		n++;
	return n;
}

char *copy(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	*to = 0;
	return to;
}

int starts_with(const char *text, const char *prefix)
{
	while (*prefix)
		if (*text++ != *prefix++)
			return 0;
	return 1;
}

int equal(const char *a, const char *b)
{
	return starts_with(a, b) && length(a) == length(b);
}

/* The value of a variable that is set and not empty. */
const char *variable(char **envp, const char *assignment)
{
	for (; *envp; envp++)
		if (starts_with(*envp, assignment) && (*envp)[length(assignment)])
			return *envp + length(assignment);
	return 0;
}

void say(const char *text)
{
	call(write, 2, text, length(text));
}

static uint64_t disposition(int signal)
{
	struct sigaction action = {0, 0, 0, 0};
	call(rt_sigaction, signal, 0, &action, sizeof action.mask);
	return action.handler;
}

int hear_signals(uint64_t except)
{
	/* Some callers ignore SIGCHLD. A child's end would go unnoticed then, and its exit status be thrown away. */
	const struct sigaction standard = {SIG_DFL, 0, 0, 0};
	call(rt_sigaction, SIGCHLD, &standard, 0, sizeof standard.mask);
	/* What the caller wants ignored (nohup) stays ignored: a blocked signal would be queued and passed on. */
	uint64_t heard = 0;
	for (int signal = 1; signal <= SIGNALS; signal++)
		if (disposition(signal) != SIG_IGN)
			heard |= signal_bit(signal);
	heard &= ~except;
	call(rt_sigprocmask, SIG_SETMASK, &heard, 0, sizeof heard);
	return (int)call(signalfd4, -1, &heard, sizeof heard, SFD_CLOEXEC | SFD_NONBLOCK);
}

void signal_self(int signal)
{
	int64_t self = call(getpid);
	call(kill, self, signal);
}

/* Ends as if the signal had never been caught: a shell that runs a script looks at exactly that. */
__attribute__((noreturn)) void die_of(int signal)
{
	const struct sigaction standard = {SIG_DFL, 0, 0, 0};
	const uint64_t none = 0;
	call(rt_sigaction, signal, &standard, 0, sizeof standard.mask);
	signal_self(signal);
	call(rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
	leave(128 + signal);
}

void save_terminal(void)
{
	for (int fd = 0; fd <= 2 && terminal < 0; fd++)
		if (call(ioctl, fd, TCGETS, &saved) == 0)
			terminal = fd;
}

int64_t terminal_size(void)
{
	uint16_t window[4]; /* rows, columns and twice pixels */
	int64_t result = call(ioctl, terminal, TIOCGWINSZ, window);
	return result < 0 ? result : window[0] << 16 | window[1];
}

int terminal_is_saved_from(int fd)
{
	return terminal == fd;
}

void note_terminal(const struct message *message)
{
	if (message->kind == TERMINAL_RAW)
		raw = 1;
	else if (message->kind == TERMINAL_BACK)
		raw = 0;
}

void restore_terminal(void)
{
	/* Allowed from the background too, as SIGTTOU is blocked here. */
	if (raw)
		call(ioctl, terminal, TCSETS, &saved);
	raw = 0;
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

/* How many bytes the renamed variables need, and how many entries there may be in all, the final null included. */
uint64_t room_for_environment(char **envp, uint64_t *entries)
{
	uint64_t bytes = 1;
	for (*entries = 3; *envp; envp++, ++*entries)
		if (is_set_aside(*envp))
			bytes += length(*envp) + sizeof saved_prefix;
	return bytes;
}

char **jvm_environment(char **to, char **envp, char *room, const char *extra)
{
	char **first = to;
	for (; *envp; envp++) {
		if (is_set_aside(*envp)) {
			*to++ = room;
			room = copy(copy(room, saved_prefix), *envp) + 1;
		} else if (!starts_with(*envp, socket_variable) && !starts_with(*envp, saved_prefix)) {
			*to++ = *envp;
		}
	}
	*to++ = (char *)"LC_ALL=C.UTF-8";
	*to++ = (char *)extra;
	*to = 0;
	return first;
}
