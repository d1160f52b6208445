/*
 * The plan: what Java asks the launcher to do, and what the launcher reports back.
 *
 * Java lays a plan out in a sealed memfd as it will lie in the launcher's memory at PLAN_ADDRESS, so every pointer
 * in it is already right. The Java side of this page is io.whalebox.runtime.PlanEncoding; a test compiles a program
 * against this header and compares every number.
 */
#ifndef WHALEBOX_PLAN_H
#define WHALEBOX_PLAN_H

#include <stdint.h>

#define PLAN_MAGIC 0x314e4c5058424857ull /* "WHBXPLN1" */
/* Below 512 GiB, so that arm64 kernels with 39 address bits can map it too. */
#define PLAN_ADDRESS 0x1000000000ull
#define PLAN_REGISTERS 4096
#define NO_REGISTER 0xffff

/* Descriptors that the launcher is born with. Standard streams are the container's own. */
enum { PLAN_FD = 3, CONTROL_FD = 4 };

/* What a step does. Arguments are args[0..5], each read as its source says. */
enum op {
	OP_SYSCALL = 0,   /* the system call `number` with all six arguments */
	OP_FORK = 1,      /* clone3(args[0], args[1]); the child goes on at step args[2] */
	OP_STORE = 2,     /* the 32-bit word at address args[0] becomes args[1] */
	OP_DECIMAL = 3,   /* args[1] as decimal digits and a NUL, at address args[0] (room for 11) */
	OP_CHECK = 4,     /* fails with errno args[3] unless ((args[0] & args[1]) == args[2]) is args[4] */
	OP_FAIL = 5,      /* fails with errno args[0] */
	OP_REPORT = 6,    /* tells Java `kind` args[0], value args[1] */
	OP_SUPERVISE = 7, /* waits for process args[0], whose pidfd is args[1], obeying Java; does not return */
	OP_INIT = 8,      /* as process 1: waits for child args[0], reaps, passes signals on; does not return */
};

/* Where an argument comes from: two bits each in `sources`, argument 0 lowest. */
enum source {
	FROM_CONSTANT = 0,
	FROM_REGISTER = 1, /* args[i] names the register */
	FROM_MEMORY = 2,   /* args[i] is the address of a signed 32-bit word */
};

/* Whether a step runs at all, by the sign of the guard's register. */
enum guard { ALWAYS = 0, IF_SUCCEEDED = 1, IF_FAILED = 2 };

struct step {
	uint8_t op;
	uint8_t guard;
	uint16_t guard_register;
	uint16_t result; /* the register that takes the result, a negative errno when it failed; NO_REGISTER: none */
	uint16_t sources;
	uint8_t tolerate[4]; /* errnos that do not end the plan; 0: unused */
	uint16_t number;
	uint16_t unused;
	uint64_t args[6];
};

struct plan {
	uint64_t magic;
	uint64_t size; /* of the whole plan in bytes */
	uint32_t steps; /* how many */
	uint32_t first; /* offset of the first step */
};

/* Launcher to Java on CONTROL_FD, one message a packet. */
enum report_kind {
	REPORT_FAILED = 1,  /* step `step` failed with errno `value`; the process that ran it has ended */
	REPORT_STARTED = 2, /* the container's process, `value` in the launcher's pid namespace, runs its program */
	REPORT_EXITED = 3,  /* the container's process ended; `value` is its wait status (wait(2)) */
	REPORT_NOTE = 4,    /* a step's own message; descriptors may come with it */
};

struct report {
	uint32_t kind;
	uint32_t step;
	int32_t value;
};

/* Java to launcher on CONTROL_FD: a signal for the container's process. End of file: kill it. */
struct command {
	int32_t signal;
};

#endif
