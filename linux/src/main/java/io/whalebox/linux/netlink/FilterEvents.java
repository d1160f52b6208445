package io.whalebox.linux.netlink;

import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.NetlinkSocket;

/** Hears of changes to the packet filters of a network namespace, whoever makes them. */
public final class FilterEvents implements AutoCloseable {
    private static final int NFNLGRP_NFTABLES = 7;

    private final NetlinkSocket socket;

    private FilterEvents(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static FilterEvents open() {
        NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER);
        socket.join(NFNLGRP_NFTABLES);
        return new FilterEvents(socket);
    }

    /** Waits for the next change, or for several at once. Blocks its thread: not for virtual threads. */
    public void await() {
        try {
            var _ = socket.receive();
        } catch (LinuxException e) {
            // There were more than there was room for, which is to have heard of some.
            if (!e.is(Errno.ENOBUFS)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
