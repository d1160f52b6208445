/* The kernel floor: what a container start costs when nothing but the kernel is asked. See floor.c. */
#ifndef FLOOR_H
#define FLOOR_H

#include <err.h>

#define MAX_HIERARCHIES 16

/* The groups that a container is put into: an open directory of cgroup v2, or each v1 hierarchy's cgroup.procs. */
struct groups {
	int unified;
	int count;
	int descriptors[MAX_HIERARCHIES];
};

/* The benchmark means nothing when a step fails, so every step must succeed. */
#define must(result)                                                  \
	({                                                            \
		__typeof__(result) value_ = (result);                 \
		if (value_ == -1)                                     \
			err(1, "%s:%d: %s", __FILE__, __LINE__, #result); \
		value_;                                               \
	})

/* The launcher: mounts the overlay, starts the container, waits for it; returns its exit status. */
int launch(const char *root, const char *work, const struct groups *groups);

/* The container's mounts, from inside its new mount namespace; the overlay is a detached mount. */
void mount_everything(int overlay, const char *work, const struct groups *groups);

/* The last steps before the program runs: loopback, capabilities, seccomp. */
void bring_loopback_up(void);
void drop_capabilities(void);
void load_seccomp_filter(void);

#endif
