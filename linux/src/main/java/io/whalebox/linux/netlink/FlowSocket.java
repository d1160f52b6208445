package io.whalebox.linux.netlink;

import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.NetlinkSocket;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The flows of packets that the kernel keeps track of (conntrack, {@code linux/netfilter/nfnetlink_conntrack.h}) in one
 * network namespace: that of the thread that opens this. One thread at a time.
 *
 * <p>Rules that rewrite addresses are asked for the first packet of a flow only. So a sender of datagrams who never pauses
 * goes on reaching whom he reached at first, until his flow is forgotten.
 */
public final class FlowSocket implements AutoCloseable {
    private static final int SUBSYSTEM = 1;
    private static final int NEW = SUBSYSTEM << 8;
    private static final int GET = (SUBSYSTEM << 8) | 1;
    private static final int DELETE = (SUBSYSTEM << 8) | 2;
    private static final int NESTED = 0x8000;

    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_ZONE = 18;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_DST_PORT = 3;

    private final Dialogue dialogue;

    private FlowSocket(NetlinkSocket socket) {
        dialogue = new Dialogue(socket, "conntrack");
    }

    public static FlowSocket open() {
        return new FlowSocket(NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER));
    }

    /**
     * A flow.
     *
     * @param protocol as in the header of its packets
     * @param port that its first packet was sent to, before anything was rewritten
     */
    public record Flow(int protocol, int port) {}

    private record Found(Flow flow, int family, Routes.Bytes original, Optional<Routes.Bytes> zone) {}

    /** Forgets the flows that fit: the next packet of one is looked at as if it were the first. */
    public void forget(Predicate<Flow> condition) {
        Request all = new Request("list flows", GET, 0).u8(0).u8(0).u16(0);
        for (Found found : dialogue.list(all, FlowSocket::read)) {
            if (condition.test(found.flow())) {
                forget(found);
            }
        }
    }

    private void forget(Found found) {
        Request request = new Request("forget a flow", DELETE, 0)
                .u8(found.family())
                .u8(0)
                .u16(0)
                .attribute(CTA_TUPLE_ORIG | NESTED, found.original().copy());
        found.zone().ifPresent(zone -> request.attribute(CTA_ZONE, zone.copy()));
        try {
            dialogue.execute(List.of(request));
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private static Optional<Found> read(Dialogue.Message message) {
        if (message.type() != NEW) {
            return Optional.empty();
        }
        Attributes attributes =
                Attributes.of(message.body().slice(4, message.body().limit() - 4));
        Optional<Attributes> protocol = attributes.nested(CTA_TUPLE_ORIG).flatMap(it -> it.nested(CTA_TUPLE_PROTO));
        Optional<byte[]> number = protocol.flatMap(it -> it.bytes(CTA_PROTO_NUM));
        Optional<byte[]> port = protocol.flatMap(it -> it.bytes(CTA_PROTO_DST_PORT));
        if (number.isEmpty() || port.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Found(
                new Flow(number.get()[0] & 0xff, ((port.get()[0] & 0xff) << 8) | (port.get()[1] & 0xff)),
                message.body().get(0),
                new Routes.Bytes(attributes.bytes(CTA_TUPLE_ORIG).orElseThrow()),
                attributes.bytes(CTA_ZONE).map(Routes.Bytes::new)));
    }

    @Override
    public void close() {
        dialogue.close();
    }
}
