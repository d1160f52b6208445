/*
 * The launcher: runs a plan, step by step.
 *
 * It has no policy: it reads no file, no environment and no argument, and knows nothing of containers. A step that
 * fails with an errno that the plan does not tolerate ends the process that ran it, after one report that Java turns
 * into a sentence.
 */
#include "bytes.h"
#include "kernel.h"
#include "monitor.h"
#include "packet.h"
#include "plan.h"
#include "supervise.h"

#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_PRIVATE 2
#define MAP_FIXED_NOREPLACE 0x100000

static int64_t registers[PLAN_REGISTERS];

static __attribute__((noreturn)) void fail(uint32_t step, int64_t error)
{
	report(REPORT_FAILED, step, (int32_t)error);
	leave(127);
}

/*
 * A launcher that was started ahead has a socket where the plan belongs. What it is to do comes over that, in one packet:
 * the descriptors that it would else have been born with, the plan last. The kernel gives the lowest numbers that are
 * free, and so each comes to lie where it belongs, but for the plan. Nothing comes when nobody needs the launcher.
 */
static void await_work(void)
{
	struct descriptors born;
	char word;
	int64_t n;
	/* What a JVM leaves open for its children is in the way too. */
	call(close_range, 0, PLAN_FD - 1, 0);
	call(close_range, CONTROL_FD + 1, ~0u, 0);
	do
		n = receive_packet(PLAN_FD, &word, sizeof word, &born, 0);
	while (n == -EINTR);
	if (n <= 0 || born.count == 0)
		leave(0);
	for (int i = 0; i < born.count - 1; i++)
		if (born.fds[i] != (i < PLAN_FD ? i : i + 2))
			fail(0, EBADF);
	int plan = born.fds[born.count - 1];
	call(dup3, plan, PLAN_FD, 0);
	call(close, plan);
}

/* The plan file is sealed; a private mapping lets the kernel write results into it without changing the file. */
static const struct plan *map_plan(void)
{
	int64_t size = call(lseek, PLAN_FD, 0, 2 /* SEEK_END */);
	if (size == -ESPIPE) {
		await_work();
		size = call(lseek, PLAN_FD, 0, 2 /* SEEK_END */);
	}
	if (size < (int64_t)sizeof(struct plan))
		fail(0, ENOEXEC);
	int64_t at = call(mmap, PLAN_ADDRESS, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED_NOREPLACE, PLAN_FD, 0);
	if (at != (int64_t)PLAN_ADDRESS)
		fail(0, at < 0 ? -at : ENOMEM);
	const struct plan *plan = (const struct plan *)PLAN_ADDRESS;
	if (plan->magic != PLAN_MAGIC || plan->size != (uint64_t)size)
		fail(0, ENOEXEC);
	return plan;
}

static uint64_t argument(const struct step *step, int i)
{
	switch (step->sources >> (2 * i) & 3) {
	case FROM_REGISTER:
		return (uint64_t)registers[step->args[i]];
	case FROM_MEMORY:
		return (uint64_t)(int64_t) * (const volatile int32_t *)step->args[i];
	default:
		return step->args[i];
	}
}

static int tolerated(const struct step *step, int64_t error)
{
	for (int i = 0; i < 4; i++)
		if (step->tolerate[i] && step->tolerate[i] == error)
			return 1;
	return 0;
}

static __attribute__((noreturn)) void run(const struct plan *plan)
{
	const struct step *steps = (const struct step *)((const char *)plan + plan->first);
	for (uint32_t at = 0; at < plan->steps; at++) {
		const struct step *step = &steps[at];
		if (step->guard != ALWAYS && (registers[step->guard_register] < 0) != (step->guard == IF_FAILED))
			continue;
		uint64_t a[6];
		for (int i = 0; i < 6; i++)
			a[i] = argument(step, i);
		int64_t result = 0;
		switch (step->op) {
		case OP_SYSCALL:
			do
				result = kernel(step->number, a[0], a[1], a[2], a[3], a[4], a[5]);
			while (result == -EINTR);
			break;
		case OP_FORK:
			result = call(clone3, a[0], a[1]);
			if (result == 0) {
				at = (uint32_t)a[2] - 1;
				continue;
			}
			break;
		case OP_STORE:
			*(volatile uint32_t *)a[0] = (uint32_t)a[1];
			break;
		case OP_DECIMAL:
			*decimal((char *)a[0], a[1], 1) = 0;
			break;
		case OP_CHECK:
			if (((a[0] & a[1]) == a[2]) != a[4])
				result = -(int64_t)a[3];
			break;
		case OP_FAIL:
			result = -(int64_t)a[0];
			break;
		case OP_REPORT:
			report((uint32_t)a[0], at, (int32_t)a[1]);
			break;
		case OP_SUPERVISE:
			supervise((int)a[0], (int)a[1]);
		case OP_INIT:
			be_init((int)a[0]);
		case OP_MONITOR:
			call(munmap, plan, plan->size);
			monitor((int)a[0], (uint32_t)a[1], a[2], (uint32_t)a[3]);
		default:
			result = -ENOSYS;
		}
		if (step->result != NO_REGISTER)
			registers[step->result] = result;
		if (result < 0 && !tolerated(step, -result))
			fail(at, -result);
	}
	leave(0);
}

/* The kernel enters here with a stack and nothing else. */
__attribute__((noreturn, force_align_arg_pointer)) void _start(void)
{
	run(map_plan());
}
