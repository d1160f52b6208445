/*
 * The client: the `whalebox` process that the user's shell knows.
 *
 *     whalebox ARGUMENT...
 *
 * It has a command run by a JVM and stands between that and the user: signals come here and travel on as messages,
 * since a JVM has its own plans for most of them; and the terminal's settings are put back here, since a JVM that was
 * killed cannot. It leaves with the command's exit status.
 *
 * The JVM is the engine that serves this store (client_engine.c); one of its own for root's WHALEBOX_ENGINE=off and for
 * users who have no engine (client_jvm.c).
 */
#include "client.h"
#include "kernel.h"

/* More words than any build has; more arguments than the kernel takes are not met here. */
#define WORDS_SIZE 32768
#define PATH_SIZE 4096

static char directory[PATH_SIZE];
static char words_text[WORDS_SIZE];

/* The directory of this program, in which the build has put what belongs to it. */
const char *own_directory(void)
{
	if (*directory)
		return directory;
	int64_t end = call(readlinkat, AT_FDCWD, "/proc/self/exe", directory, sizeof directory - 1);
	if (end <= 0) {
		say("whalebox: /proc is not mounted here, and nothing works without it\n");
		leave(125);
	}
	while (end && directory[end - 1] != '/')
		end--;
	directory[end > 1 ? end - 1 : 1] = 0;
	return directory;
}

/* Words, then the user's arguments, then a null. The room for them is never given back: this process is short. */
char **read_words(const char *file, char **arguments)
{
	char path[PATH_SIZE + 32];
	copy(copy(copy(path, own_directory()), "/"), file);
	int64_t fd = call(openat, AT_FDCWD, path, 0x80000 /* O_RDONLY | O_CLOEXEC */);
	int64_t size = fd < 0 ? fd : call(read, fd, words_text, sizeof words_text - 1);
	if (size <= 0) {
		say("whalebox: this build is not complete: cannot read ");
		say(path);
		say("\n");
		leave(125);
	}
	call(close, fd);
	uint64_t count = 1;
	for (int64_t i = 0; i < size; i++)
		count += words_text[i] == '\n';
	for (char **argument = arguments; *argument; argument++)
		count++;
	/* PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS */
	char **words = (char **)call(mmap, 0, (count + 1) * sizeof *words, 3, 0x22, -1, 0);
	char **next = words;
	char *word = words_text;
	for (int64_t i = 0; i < size; i++)
		if (words_text[i] == '\n') {
			words_text[i] = 0;
			*next++ = word;
			word = words_text + i + 1;
		}
	for (; *arguments; arguments++)
		*next++ = *arguments;
	*next = 0;
	return words;
}

/* Who closed one (`<&-`) means nothing by it. Left free, its number would be the next opened file's, the JVM's too. */
static void open_missing_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (call(fcntl, fd, 1 /* F_GETFD */) < 0)
			call(openat, AT_FDCWD, "/dev/null", 2 /* O_RDWR */);
}

/* The kernel leaves argc, the arguments, a null, the environment and another null on the stack. */
__attribute__((noreturn, used)) void begin(uint64_t *stack)
{
	uint64_t count = stack[0];
	char **arguments = (char **)(stack + 1) + (count ? 1 : 0);
	char **envp = (char **)(stack + 1) + count + 1;
	open_missing_streams();
	const char *engine = variable(envp, "WHALEBOX_ENGINE=");
	if (arguments[0] && arguments[1] && equal(arguments[0], "engine") && equal(arguments[1], "serve"))
		become_engine(arguments, envp);
	if (call(geteuid) != 0 || (engine && equal(engine, "off")))
		run_in_own_jvm(read_words("command", arguments), envp);
	run_in_engine(arguments, envp);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#else
__asm__(".globl _start\n_start: mov x29,#0\n mov x0,sp\n bl begin\n");
#endif
