/*
 * floor ROOT WORK COUNT: the kernel floor of a container start.
 *
 * Makes the same kernel requests as `whalebox run --rm IMAGE true`, in a loop of C. ROOT is an unpacked image with
 * /bin/true, WORK a directory on the disk that the store would be on. Each iteration prints the microseconds from the
 * first request until the exit is known, the largest resident memory of its processes in KiB, and the microseconds
 * until everything is removed again. With COUNT `-` it makes one iteration for each line on standard input, so that a
 * caller can interleave it with others.
 *
 * Like Whalebox, it starts a launcher from a sealed memfd, which makes the container and waits for it. What it lacks
 * is Java, the plan, and every check of what an image or a user might have put in the way.
 */
#define _GNU_SOURCE
#include "floor.h"
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char parent[] = "whalebox-floor";
static char mounts[MAX_HIERARCHIES][128];
static struct groups groups;

static double microseconds(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void write_text(const char *directory, const char *file, const char *text)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", directory, file);
	int fd = must(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	must(write(fd, text, strlen(text)));
	close(fd);
}

static void copy_text(const char *from, const char *to, const char *file)
{
	char path[512], text[512];
	snprintf(path, sizeof path, "%s/%s", from, file);
	int fd = must(open(path, O_RDONLY | O_CLOEXEC));
	ssize_t n = must(read(fd, text, sizeof text - 1));
	text[n] = 0;
	close(fd);
	write_text(to, file, text);
}

/* Every hierarchy that is mounted; a unified one that is not alone is joined like those of v1. */
static void find_hierarchies(void)
{
	FILE *table = setmntent("/proc/self/mounts", "r");
	struct mntent *entry;
	while ((entry = getmntent(table)) && groups.count < MAX_HIERARCHIES) {
		int unified = !strcmp(entry->mnt_type, "cgroup2");
		if (!unified && strcmp(entry->mnt_type, "cgroup"))
			continue;
		groups.unified = unified && groups.count == 0;
		snprintf(mounts[groups.count++], sizeof mounts[0], "%s", entry->mnt_dir);
	}
	endmntent(table);
}

static int has_controller(int hierarchy, const char *name)
{
	return !groups.unified && strstr(strrchr(mounts[hierarchy], '/'), name);
}

static const char *group_path(int hierarchy, int iteration)
{
	static char path[256];
	if (iteration < 0)
		snprintf(path, sizeof path, "%s/%s", mounts[hierarchy], parent);
	else
		snprintf(path, sizeof path, "%s/%s/%d", mounts[hierarchy], parent, iteration);
	return path;
}

/* The parent of all the containers' groups, as an engine keeps one. A v1 cpuset hands nothing down by itself. */
static void make_parents(void)
{
	for (int i = 0; i < groups.count; i++) {
		const char *path = group_path(i, -1);
		mkdir(path, 0755);
		if (has_controller(i, "cpuset")) {
			copy_text(mounts[i], path, "cpuset.cpus");
			copy_text(mounts[i], path, "cpuset.mems");
			write_text(path, "cgroup.clone_children", "1");
		}
	}
}

static void remove_groups(int iteration)
{
	for (int i = 0; i < groups.count; i++)
		must(rmdir(group_path(i, iteration)));
}

static void make_groups(int iteration)
{
	static const char *const devices[] = {"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",
		"c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm"};
	for (int i = 0; i < groups.count; i++) {
		const char *path = group_path(i, iteration);
		must(mkdir(path, 0755));
		if (has_controller(i, "devices")) {
			write_text(path, "devices.deny", "a");
			for (size_t d = 0; d < sizeof devices / sizeof *devices; d++)
				write_text(path, "devices.allow", devices[d]);
		}
		char file[512];
		snprintf(file, sizeof file, "%s%s", path, groups.unified ? "" : "/cgroup.procs");
		/* Not closed on exec: the launcher's child writes itself in. */
		groups.descriptors[i] = must(open(file, groups.unified ? O_RDONLY | O_DIRECTORY : O_WRONLY));
	}
}

/* What a container has on disk, in the order in which it is made. */
static const char *const directories[] = {"", "upper", "work"};
static const char *const texts[] = {"hosts", "hostname", "resolv.conf"};
/* What an overlay that does not sync leaves, in the order in which it can be removed. */
static const char *const left[] = {"work/work/incompat/volatile", "work/work/incompat", "work/work"};

static const char *in(const char *work, const char *name)
{
	static char path[512];
	snprintf(path, sizeof path, "%s/%s", work, name);
	return path;
}

static void make_directories(const char *work)
{
	for (int i = 0; i < 3; i++)
		must(mkdir(in(work, directories[i]), 0755));
	for (int i = 0; i < 3; i++)
		write_text(work, texts[i], "127.0.0.1 localhost\n");
}

/* The root has every mount point already, so the container leaves an empty upper directory. */
static void remove_directories(const char *work)
{
	must(unlink(in(work, "work/work/incompat/volatile/dirty")));
	for (int i = 0; i < 3; i++)
		must(rmdir(in(work, left[i])));
	for (int i = 0; i < 3; i++)
		must(unlink(in(work, texts[i])));
	for (int i = 2; i >= 0; i--)
		must(rmdir(in(work, directories[i])));
}

/* This program as a sealed file without a name, from which the launchers are started. */
static int launcher_file(void)
{
	int from = must(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
	int to = must(memfd_create("floor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	struct stat status;
	must(fstat(from, &status));
	must(sendfile(to, from, NULL, (size_t)status.st_size));
	must(fcntl(to, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
	close(from);
	return to;
}

static void iterate(int launcher, const char *root, const char *base, int iteration)
{
	char work[256], unified[8], numbers[MAX_HIERARCHIES][8];
	char *arguments[MAX_HIERARCHIES + 5] = {"launch", (char *)root, work, unified};
	snprintf(work, sizeof work, "%s/%d", base, iteration);

	double start = microseconds();
	make_directories(work);
	make_groups(iteration);
	snprintf(unified, sizeof unified, "%d", groups.unified);
	for (int i = 0; i < groups.count; i++) {
		snprintf(numbers[i], sizeof numbers[i], "%d", groups.descriptors[i]);
		arguments[4 + i] = numbers[i];
	}
	pid_t pid = must(vfork());
	if (pid == 0) {
		fexecve(launcher, arguments, (char *[]){NULL});
		_exit(127);
	}
	for (int i = 0; i < groups.count; i++)
		close(groups.descriptors[i]);
	int status;
	struct rusage usage;
	must(wait4(pid, &status, 0, &usage));
	double ended = microseconds();
	if (status != 0)
		errx(1, "the container ended with status %#x", status);
	remove_groups(iteration);
	remove_directories(work);
	printf("%.0f %ld %.0f\n", ended - start, usage.ru_maxrss, microseconds() - start);
	fflush(stdout);
}

static int launcher_main(int count, char **arguments)
{
	struct groups given = {.unified = atoi(arguments[3])};
	for (int i = 4; i < count; i++)
		given.descriptors[given.count++] = atoi(arguments[i]);
	return launch(arguments[1], arguments[2], &given);
}

int main(int count, char **arguments)
{
	if (!strcmp(arguments[0], "launch"))
		return launcher_main(count, arguments);
	if (count != 4)
		errx(2, "usage: floor ROOT WORK COUNT|-");
	find_hierarchies();
	make_parents();
	int launcher = launcher_file();
	if (!strcmp(arguments[3], "-")) {
		char line[16];
		for (int i = 0; fgets(line, sizeof line, stdin); i++)
			iterate(launcher, arguments[1], arguments[2], i);
	} else {
		for (int i = 0; i < atoi(arguments[3]); i++)
			iterate(launcher, arguments[1], arguments[2], i);
	}
	remove_groups(-1);
	return 0;
}
