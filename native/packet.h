/* A packet of a socket that keeps them whole, and the descriptors that come with it (unix(7), recvmsg(2), cmsg(3)). */
#ifndef WHALEBOX_PACKET_H
#define WHALEBOX_PACKET_H

#include "kernel.h"

#define PACKET_DESCRIPTORS 64

/* The descriptors of one packet, now the receiver's. More of them than fit are closed by the kernel. */
struct descriptors {
	int count;
	int fds[PACKET_DESCRIPTORS];
};

/* The length of the packet, 0 at the end of the connection, or a negative errno. */
static inline int64_t receive_packet(int fd, void *data, uint64_t size, struct descriptors *received, int flags)
{
	struct {
		uint64_t length;
		int level, type;
		int fds[PACKET_DESCRIPTORS];
	} control = {0};
	struct {
		void *data;
		uint64_t size;
	} vector = {data, size};
	struct {
		void *name;
		uint64_t name_size;
		void *vectors;
		uint64_t count;
		void *control;
		uint64_t control_size;
		uint64_t flags;
	} message = {0, 0, &vector, 1, &control, sizeof control, 0};
	int64_t n = call(recvmsg, fd, &message, flags);
	received->count = 0;
	if (n > 0 && message.control_size && control.level == 1 /* SOL_SOCKET */ && control.type == 1 /* SCM_RIGHTS */) {
		received->count = (int)((control.length - 16) / sizeof(int));
		for (int i = 0; i < received->count; i++)
			received->fds[i] = control.fds[i];
	}
	return n;
}

#endif
