/*
 * The container's output in files, in the format of the CRI: one entry a line,
 *
 *     2026-11-24T20:22:16.123456789Z stdout F what the container wrote
 *
 * where P in place of F says that no newline followed: the line was longer than an entry may be and goes on in the
 * next one of its stream, or the container ended within it. So nothing is lost or added: the output is the entries'
 * text, with a newline after each F. (Kubernetes's and Podman's readers print P entries just so.)
 *
 * A line is recorded when it is complete. Entries are written many at a time, and never divided between files.
 *
 * When the disk is full, the entries that do not fit are dropped, the file ends with the last whole one, and the next
 * output is tried again: to wait would stop the container, to keep would need memory without end.
 */
#include "bytes.h"
#include "kernel.h"
#include "monitor.h"
#include "plan.h"

#define LONGEST_ENTRY 16384 /* of the container's bytes, as containerd and Docker have it */
#define PREFIX (TIMESTAMP + sizeof "stdout " - 1)
#define O_WRONLY 1
#define O_RDWR 2
#define O_CREAT 0x40
#define O_APPEND 0x400
#define O_CLOEXEC 0x80000
#define SEEK_END 2
#define CLOCK_REALTIME 0
#define LOG "log"

static int file = -1;
static int wanted; /* whether there is to be a log */
static int trouble; /* the errno for which entries were dropped last; 0: none were */
static uint64_t size, most;
static uint32_t files;

static char batch[65536 + 1024];
static size_t batched;
static char prefix[PREFIX];

/* The lines that have begun. */
static struct {
	char bytes[LONGEST_ENTRY];
	size_t length;
} begun[STREAMS];

struct timespec now(void)
{
	struct timespec time = {0, 0};
	call(clock_gettime, CLOCK_REALTIME, &time);
	return time;
}

/* Writes a time in UTC, with a space after it. */
char *timestamp(char *out, struct timespec time)
{
	const int64_t day_seconds = 86400;
	int64_t days = time.seconds / day_seconds, second = time.seconds % day_seconds;
	/* Years are counted from March on, so that the odd day is the last one; 400 of them are 146097 days. */
	int64_t since = days + 719468, era = since / 146097, of_era = since % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int64_t day = of_year - (153 * month + 2) / 5 + 1;
	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2);
	const struct {
		uint64_t value;
		int width;
		char after;
	} fields[] = {
		{(uint64_t)year, 4, '-'},
		{(uint64_t)month, 2, '-'},
		{(uint64_t)day, 2, 'T'},
		{(uint64_t)(second / 3600), 2, ':'},
		{(uint64_t)(second / 60 % 60), 2, ':'},
		{(uint64_t)(second % 60), 2, '.'},
		{(uint64_t)time.nanoseconds, 9, 'Z'},
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		out = decimal(out, fields[i].value, fields[i].width);
		*out++ = fields[i].after;
	}
	*out++ = ' ';
	return out;
}

/* Opens the file that is written to. A monitor that was killed may have left an entry unfinished. */
static int open_file(void)
{
	int64_t opened = call(openat, DIRECTORY_FD, LOG, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (opened < 0)
		return (int)-opened;
	file = (int)opened;
	int64_t end = call(lseek, file, 0, SEEK_END);
	size = end > 0 ? (uint64_t)end : 0;
	char last = '\n';
	if (size)
		call(pread64, file, &last, 1, size - 1);
	if (last != '\n' && call(write, file, "\n", 1) == 1)
		size++;
	return 0;
}

/* Writes all that waits, or drops what does not fit. */
static void flush(void)
{
	size_t done = 0;
	int error = file < 0 ? open_file() : 0;
	while (done < batched && !error) {
		int64_t n = call(write, file, batch + done, batched - done);
		if (n > 0)
			done += (size_t)n;
		else if (n != -EINTR)
			error = n ? (int)-n : ENOSPC;
	}
	if (error && done) {
		/* The entries hold no newlines but their last bytes. */
		while (done && batch[done - 1] != '\n')
			done--;
		call(ftruncate, file, size + done);
	}
	size += done;
	batched = 0;
	trouble = error;
}

static void name(char *out, uint32_t number)
{
	copy(out, LOG, sizeof LOG);
	if (number) {
		out[sizeof LOG - 1] = '.';
		*decimal(out + sizeof LOG, number, 1) = 0;
	}
}

/* Begins a new file; the old ones are log.1, log.2 ..., the youngest first. Readers keep those that they have open. */
static void rotate(void)
{
	char from[20], to[20];
	for (uint32_t number = files - 1; number > 0; number--) {
		name(from, number - 1);
		name(to, number);
		call(renameat2, DIRECTORY_FD, from, DIRECTORY_FD, to, 0);
	}
	if (files == 1)
		call(unlinkat, DIRECTORY_FD, LOG, 0);
	call(close, file);
	file = -1;
	trouble = open_file();
}

/* One entry, whose text lies in two places. */
static void enter(char tag, const char *first, size_t first_size, const char *second, size_t second_size)
{
	size_t length = PREFIX + 2 + first_size + second_size + 1;
	int full = most && size + batched && size + batched + length > most;
	if (full || batched + length > sizeof batch)
		flush();
	if (full && !trouble)
		rotate();
	char *out = batch + batched;
	copy(out, prefix, PREFIX);
	out += PREFIX;
	*out++ = tag;
	*out++ = ' ';
	copy(out, first, first_size);
	copy(out + first_size, second, second_size);
	out[first_size + second_size] = '\n';
	batched += length;
}

static void stamp(enum stream stream)
{
	copy(timestamp(prefix, now()), stream == OUTPUT ? "stdout " : "stderr ", sizeof "stdout " - 1);
}

void log_begin(uint64_t file_size, uint32_t file_count)
{
	wanted = 1;
	most = file_size;
	files = file_count;
	trouble = open_file();
}

void log_record(enum stream stream, const char *bytes, size_t n)
{
	if (!wanted)
		return;
	stamp(stream);
	while (n) {
		size_t held = begun[stream].length;
		size_t room = LONGEST_ENTRY - held;
		size_t seen = n < room ? n : room;
		size_t line = find_newline(bytes, seen);
		if (line == seen && line < room) {
			copy(begun[stream].bytes + held, bytes, line);
			begun[stream].length += line;
			break;
		}
		enter(line < seen ? 'F' : 'P', begun[stream].bytes, held, bytes, line);
		begun[stream].length = 0;
		size_t used = line + (line < seen);
		bytes += used;
		n -= used;
	}
	if (batched)
		flush();
}

/* Records the lines that the container did not finish. */
void log_end(void)
{
	for (enum stream stream = OUTPUT; stream < STREAMS; stream++) {
		if (begun[stream].length) {
			stamp(stream);
			enter('P', begun[stream].bytes, begun[stream].length, "", 0);
		}
	}
	if (batched)
		flush();
}

int log_trouble(void)
{
	return trouble;
}
