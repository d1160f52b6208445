/* What the two ways of the client have in common: see client.c. */
#ifndef WHALEBOX_CLIENT_H
#define WHALEBOX_CLIENT_H

#include <stdint.h>

#define AT_FDCWD (-100)
#define AF_UNIX 1
#define SOCK_SEQPACKET 5
#define SOCK_CLOEXEC 0x80000
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define POLLIN 1
#define POLLOUT 4
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
	SIGWINCH = 28,
	SIGNALS = 64,
};

/* What the JVM tells the client, a packet each; io.whalebox.linux.Client has the same. */
enum message_kind {
	TAKES_SIGNALS = 1, /* from now on every signal is a message; before, the usual ones end the command */
	TERMINAL_RAW = 2,  /* the terminal's settings have been changed ... */
	TERMINAL_BACK = 3, /* ... and are the user's again */
	WANTS_INPUT = 4,   /* what is typed is to be passed on */
	EXITS = 5,         /* the command is over, with the status `value` */
	RESTARTS = 6,      /* this engine is of another build and leaves: start one, and ask that */
	SESSION = 7,       /* a connection to the container's monitor comes along, for when the engine has gone */
	HEARD = 8,         /* the signal `value` has got where it was to go */
};

struct message {
	int32_t kind, value;
};

/* What the client tells the engine is a signal's number, or that its user has left the container by the keys for it. */
#define DETACHES 0

/* As the kernel has it (rt_sigaction(2)), which is not as a C library shows it. */
struct sigaction {
	uint64_t handler, flags, restorer, mask;
};

struct pollfd {
	int fd;
	short events, revents;
};

/* One bit a signal, signal 1 lowest. */
#define signal_bit(signal) (1ull << ((signal) - 1))

uint64_t length(const char *text);
char *copy(char *to, const char *from);
int equal(const char *a, const char *b);
int starts_with(const char *text, const char *prefix);
const char *variable(char **envp, const char *assignment);
void say(const char *text);

/* A signalfd for all signals that the caller does not ignore, except these, which keep their usual effect. */
int hear_signals(uint64_t except);
void signal_self(int signal);
__attribute__((noreturn)) void die_of(int signal);

void save_terminal(void);
void note_terminal(const struct message *message);
void restore_terminal(void);
int64_t terminal_size(void); /* rows << 16 | columns, as enum command_kind of plan.h has it; negative without one */
int terminal_is_saved_from(int fd);

/* The environment of a JVM: the caller's, with a UTF-8 locale and what would change the JVM set aside. */
uint64_t room_for_environment(char **envp, uint64_t *entries);
char **jvm_environment(char **to, char **envp, char *room, const char *extra);

/* The words that start a JVM, one a line in a file beside this program. */
char **read_words(const char *file, char **arguments);
const char *own_directory(void);

__attribute__((noreturn)) void run_in_own_jvm(char **words, char **envp);
__attribute__((noreturn)) void run_in_engine(char **arguments, char **envp);
__attribute__((noreturn)) void become_engine(char **arguments, char **envp);

#endif
