/* What the container's process gives up before its program runs, and its only interface. */
#define _GNU_SOURCE
#include "floor.h"
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void bring_loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	must(ioctl(fd, SIOCSIFFLAGS, &request));
	close(fd);
}

/* Docker's fourteen of the kernel's forty. */
void drop_capabilities(void)
{
	const uint64_t kept = 1ull << CAP_CHOWN | 1ull << CAP_DAC_OVERRIDE | 1ull << CAP_FSETID | 1ull << CAP_FOWNER |
		1ull << CAP_MKNOD | 1ull << CAP_NET_RAW | 1ull << CAP_SETGID | 1ull << CAP_SETUID | 1ull << CAP_SETFCAP |
		1ull << CAP_SETPCAP | 1ull << CAP_NET_BIND_SERVICE | 1ull << CAP_SYS_CHROOT | 1ull << CAP_KILL |
		1ull << CAP_AUDIT_WRITE;
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (!(kept >> capability & 1))
			must(prctl(PR_CAPBSET_DROP, capability));
	gid_t groups[] = {0};
	must(setgroups(1, groups));
	must(setresgid(0, 0, 0));
	must(setresuid(0, 0, 0));
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2] = {{0}};
	for (int half = 0; half < 2; half++)
		sets[half].effective = sets[half].permitted = (uint32_t)(kept >> (32 * half));
	must(syscall(SYS_capset, &header, sets));
}

/*
 * A filter as large as the default profile's, some 300 instructions, that names each call it allows. The kernel checks
 * and translates it, then tries every system call once, to learn which it may let through without asking again.
 */
void load_seccomp_filter(void)
{
	enum { BLOCKS = 7, CALLS_IN_EACH = 45 };
	static struct sock_filter code[BLOCKS * (CALLS_IN_EACH + 2) + 5];
	unsigned short n = 0;
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (unsigned block = 0; block < BLOCKS; block++) {
		for (unsigned i = 0; i < CALLS_IN_EACH; i++)
			code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
				block * CALLS_IN_EACH + i, (unsigned char)(CALLS_IN_EACH - i), 0);
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1);
	struct sock_fprog program = {n, code};
	must((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}
