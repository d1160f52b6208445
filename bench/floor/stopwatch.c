/*
 * stopwatch COMMAND [ARG...]: runs the command once for each line on standard input, with its output thrown away, and
 * prints how many microseconds it took and the largest resident memory, in KiB, of it or any process it waited for.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int count, char **arguments)
{
	char line[16];
	if (count < 2)
		errx(2, "usage: stopwatch COMMAND [ARG...]");
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	while (fgets(line, sizeof line, stdin)) {
		struct timespec start, end;
		struct rusage usage;
		pid_t pid;
		int status;
		clock_gettime(CLOCK_MONOTONIC, &start);
		errno = posix_spawnp(&pid, arguments[1], &actions, NULL, arguments + 1, environ);
		if (errno != 0 || wait4(pid, &status, 0, &usage) != pid)
			err(1, "%s", arguments[1]);
		clock_gettime(CLOCK_MONOTONIC, &end);
		if (status != 0)
			errx(1, "%s ended with status %#x", arguments[1], status);
		printf("%ld %ld\n", (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000,
			usage.ru_maxrss);
		fflush(stdout);
	}
	return 0;
}
