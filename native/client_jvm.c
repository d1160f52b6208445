/*
 * A command in a JVM of its own, which is this process's child. When this process is killed, the JVM reads an end of
 * file and ends its container.
 */
#include "client.h"
#include "kernel.h"

#define F_SETFD 2
#define WNOHANG 1

static int takes_signals;

/* The JVM: deaf to what the terminal sends to the whole job, because each of those arrives as a message too. */
static __attribute__((noreturn)) void become_jvm(char **words, char **envp)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGTSTP};
	const struct sigaction ignore = {SIG_IGN, 0, 0, 0};
	const uint64_t none = 0;
	for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++)
		call(rt_sigaction, ignored[i], &ignore, 0, sizeof ignore.mask);
	call(rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
	call(execve, words[0], words, envp);
	say("whalebox: cannot start ");
	say(words[0]);
	say("\n");
	leave(125);
}

static void listen_to_jvm(int jvm)
{
	struct message message;
	while (call(recvfrom, jvm, &message, sizeof message, MSG_DONTWAIT) == sizeof message) {
		note_terminal(&message);
		switch (message.kind) {
		case TAKES_SIGNALS:
			takes_signals = 1;
			break;
		case EXITS:
			/* All is done; the kernel takes some milliseconds to take the JVM apart. */
			restore_terminal();
			leave(message.value);
		}
	}
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

static int64_t start(char **words, char **envp, int theirs)
{
	int64_t child = call(clone, SIGCHLD, 0, 0, 0, 0);
	if (child)
		return child;
	char name[] = "WHALEBOX_CLIENT_FD=00000";
	for (int i = sizeof name - 2, fd = theirs; fd; fd /= 10)
		name[i--] = (char)('0' + fd % 10);
	uint64_t entries;
	char room[room_for_environment(envp, &entries)];
	char *environment[entries];
	jvm_environment(environment, envp, room, name);
	call(fcntl, theirs, F_SETFD, 0);
	become_jvm(words, environment);
}

void run_in_own_jvm(char **words, char **envp)
{
	int ends[2];
	int signals = hear_signals(0);
	save_terminal();
	if (signals < 0 || call(socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		say("whalebox: no descriptors left\n");
		leave(125);
	}
	int64_t child = start(words, envp, ends[1]);
	if (child < 0) {
		say("whalebox: no process can be started\n");
		leave(125);
	}
	call(close, ends[1]);
	struct pollfd events[2] = {{signals, POLLIN, 0}, {ends[0], POLLIN, 0}};
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
