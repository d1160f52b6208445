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

/*
 * Descriptors that the launcher is born with. Standard streams are the container's own. One that is started ahead of its
 * plan is born with these two alone: PLAN_FD is then a socket, over which the plan comes and all that is not here yet.
 */
enum { PLAN_FD = 3, CONTROL_FD = 4 };

/*
 * Descriptors that a monitor has besides. The launcher is born with the lock, the directory and the listener; the
 * plan puts the others there. A terminal's master is at OUTPUT_FD, and its other side at ERROR_FD, kept open so that
 * the terminal outlives programs that close it.
 */
enum { PIDFD = 0, LOCK_FD = 5, DIRECTORY_FD = 6, LISTENER_FD = 7, INPUT_FD = 8, OUTPUT_FD = 9, ERROR_FD = 10 };

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
	OP_MONITOR = 9,   /* monitors process args[0] as args[1] says (enum monitoring); does not return. The log is
			     kept in args[3] files of args[2] bytes each, or in one without end if that is 0 */
};

/* What a monitor is to do for its container, as bits. */
enum monitoring {
	MONITOR_TERMINAL = 1, /* the container has a terminal; otherwise it has pipes */
	MONITOR_INPUT = 2,    /* there is a pipe to its standard input */
	MONITOR_LOG = 4,      /* its output is recorded */
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

/* What the launcher tells, one message a packet: to Java on CONTROL_FD, and, as a monitor, to all its connections. */
enum report_kind {
	REPORT_FAILED = 1,   /* step `step` failed with errno `value`; the process that ran it has ended */
	REPORT_STARTED = 2,  /* the container's process, `value` in the launcher's pid namespace, runs its program */
	REPORT_EXITED = 3,   /* the container's process ended; `value` is its wait status (wait(2)) */
	REPORT_NOTE = 4,     /* a step's own message; descriptors may come with it */
	REPORT_ATTACHED = 5, /* answers COMMAND_ATTACH: whatever the container writes from now on goes there too */
	REPORT_REFUSED = 6,  /* answers COMMAND_ATTACH: errno `value` says why not */
	REPORT_DETACHED = 7, /* the user typed the keys that detach; the end of the connection follows */
	REPORT_LOG = 8,      /* output is no longer recorded, for errno `value`; 0: it is again */
};

struct report {
	uint32_t kind;
	uint32_t step;
	int32_t value;
};

/* What the launcher is told. One that only supervises knows signals alone. */
enum command_kind {
	COMMAND_SIGNAL = 1,      /* sends signal `value` to the container's process */
	COMMAND_RESIZE = 2,      /* makes its terminal `value` >> 16 rows of `value` & 0xffff columns */
	COMMAND_ATTACH = 3,      /* connects the descriptors that come along, as the bits of `value` (enum attach) say */
	COMMAND_CLOSE_INPUT = 4, /* ends the container's standard input */
	COMMAND_STATUS = 5,      /* asks for REPORT_STARTED or REPORT_EXITED */
};

/* What an attachment has: the first four say which descriptors come along, in this order. */
enum attach {
	ATTACH_CONNECTION = 1, /* a connection, to which the attachment belongs instead of to the sender's */
	ATTACH_INPUT = 2,
	ATTACH_OUTPUT = 4,
	ATTACH_ERROR = 8,
	ATTACH_INPUT_ONCE = 16, /* the container's input ends when the attachment's does, or its connection */
};

#define MAX_DETACH_KEYS 8

struct command {
	uint32_t kind;
	int32_t value;
	uint32_t key_count; /* of COMMAND_ATTACH: the keys that detach; none if 0 */
	uint8_t keys[MAX_DETACH_KEYS];
};

#endif
