/* What a C library would have for bytes and digits. */
#ifndef WHALEBOX_BYTES_H
#define WHALEBOX_BYTES_H

#include <stdint.h>

/* Copies bytes, by the instruction that x86-64 has for it: long copies are then as fast as the memory. */
static inline void copy(void *to, const void *from, uint64_t size)
{
#if defined(__x86_64__)
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
#else
	char *out = to;
	const char *in = from;
	for (; size >= 8; size -= 8, out += 8, in += 8)
		__builtin_memcpy(out, in, 8);
	while (size--)
		*out++ = *in++;
#endif
}

/* Where the first newline is; `size` if there is none. Looks at eight bytes at once. */
static inline uint64_t find_newline(const char *bytes, uint64_t size)
{
	const uint64_t ones = ~0ull / 255, high = ones << 7;
	uint64_t at = 0;
	for (; at + 8 <= size; at += 8) {
		uint64_t word;
		__builtin_memcpy(&word, bytes + at, 8);
		word ^= ones * '\n';
		/* A byte that has become 0 is the lowest one whose borrow sets its highest bit. */
		uint64_t found = (word - ones) & ~word & high;
		if (found)
			return at + (uint64_t)__builtin_ctzll(found) / 8;
	}
	while (at < size && bytes[at] != '\n')
		at++;
	return at;
}

/* Writes a number in decimal, with at least `width` digits; returns where it ends. */
static inline char *decimal(char *out, uint64_t value, int width)
{
	char digits[20];
	int n = 0;
	do
		digits[n++] = (char)('0' + value % 10);
	while ((value /= 10) || n < width);
	while (n)
		*out++ = digits[--n];
	return out;
}

#endif
