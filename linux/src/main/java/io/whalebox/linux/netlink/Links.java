package io.whalebox.linux.netlink;

import io.whalebox.linux.Fd;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/** Requests about network interfaces (rtnetlink(7), {@code linux/if_link.h}). */
public final class Links {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_LINK = 5;
    static final int IFLA_MASTER = 10;
    static final int IFLA_PROTINFO = 12;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_NET_NS_FD = 28;
    static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFLA_MACVLAN_MODE = 1;
    private static final int IFLA_IPVLAN_MODE = 1;
    private static final int RTM_SETLINK = 19;
    private static final int IFLA_BRPORT_MODE = 4;
    private static final int IFLA_BRPORT_ISOLATED = 33;

    static final int IFF_UP = 1;
    private static final int AF_UNSPEC = 0;
    private static final int AF_BRIDGE = 7;

    private Links() {}

    /**
     * The end of a new interface that is in another namespace.
     *
     * @param mac six bytes in hexadecimal digits, with colons
     */
    public record Peer(String name, String mac, Fd namespace) {}

    /** Makes a bridge, and switches it on. */
    public static Request addBridge(String name, String mac, int mtu) {
        Request request =
                new Request("create the bridge " + name, RTM_NEWLINK, Request.NLM_F_CREATE | Request.NLM_F_EXCL);
        header(request, AF_UNSPEC, 0, IFF_UP, IFF_UP);
        return request.text(IFLA_IFNAME, name)
                .number(IFLA_MTU, mtu)
                .attribute(IFLA_ADDRESS, mac(mac))
                .nested(IFLA_LINKINFO, info -> info.text(IFLA_INFO_KIND, "bridge"));
    }

    /**
     * Makes a pair of connected interfaces: one here, in a bridge and switched on, and one elsewhere.
     *
     * @param bridge its index
     */
    public static Request addVeth(String name, int bridge, int mtu, Peer peer) {
        Request request =
                new Request("create the interface " + name, RTM_NEWLINK, Request.NLM_F_CREATE | Request.NLM_F_EXCL);
        header(request, AF_UNSPEC, 0, IFF_UP, IFF_UP);
        return request.text(IFLA_IFNAME, name)
                .number(IFLA_MTU, mtu)
                .number(IFLA_MASTER, bridge)
                .nested(
                        IFLA_LINKINFO,
                        info -> info.text(IFLA_INFO_KIND, "veth")
                                .nested(IFLA_INFO_DATA, data -> data.nested(VETH_INFO_PEER, end(peer, mtu))));
    }

    private static Consumer<Request> end(Peer peer, int mtu) {
        return end -> {
            header(end, AF_UNSPEC, 0, 0, 0);
            end.text(IFLA_IFNAME, peer.name())
                    .number(IFLA_MTU, mtu)
                    .attribute(IFLA_ADDRESS, mac(peer.mac()))
                    .number(IFLA_NET_NS_FD, peer.namespace().number());
        };
    }

    /** How interfaces that share a wire, each with a hardware address of its own, reach each other. */
    public enum MacvlanMode {
        PRIVATE(1),
        VEPA(2),
        BRIDGE(4),
        PASSTHRU(8);

        private final int number;

        MacvlanMode(int number) {
            this.number = number;
        }
    }

    /** Up to which layer interfaces that share a wire and its hardware address are told apart. */
    public enum IpvlanMode {
        L2(0),
        L3(1),
        L3S(2);

        private final int number;

        IpvlanMode(int number) {
            this.number = number;
        }
    }

    /** Makes an interface elsewhere that shares the wire of one that is here. */
    public static Request addMacvlan(int parent, Peer peer, MacvlanMode mode) {
        return onWire("macvlan", parent, peer)
                .attribute(IFLA_ADDRESS, mac(peer.mac()))
                .nested(
                        IFLA_LINKINFO,
                        info -> info.text(IFLA_INFO_KIND, "macvlan")
                                .nested(IFLA_INFO_DATA, data -> data.number(IFLA_MACVLAN_MODE, mode.number)));
    }

    /** The same, sharing its hardware address too. */
    public static Request addIpvlan(int parent, Peer peer, IpvlanMode mode) {
        return onWire("ipvlan", parent, peer)
                .nested(
                        IFLA_LINKINFO,
                        info -> info.text(IFLA_INFO_KIND, "ipvlan")
                                .nested(IFLA_INFO_DATA, data -> data.number16(IFLA_IPVLAN_MODE, mode.number)));
    }

    private static Request onWire(String kind, int parent, Peer peer) {
        Request request = new Request(
                "create the " + kind + " interface " + peer.name(),
                RTM_NEWLINK,
                Request.NLM_F_CREATE | Request.NLM_F_EXCL);
        return header(request, AF_UNSPEC, 0, 0, 0)
                .text(IFLA_IFNAME, peer.name())
                .number(IFLA_LINK, parent)
                .number(IFLA_NET_NS_FD, peer.namespace().number());
    }

    /** Switches an interface on. */
    public static Request up(int index) {
        Request request = new Request("switch interface " + index + " on", RTM_NEWLINK, 0);
        return header(request, AF_UNSPEC, index, IFF_UP, IFF_UP);
    }

    /**
     * How an interface of a bridge behaves there.
     *
     * @param isolated it does not reach others like it; the bridge itself it reaches
     */
    public static Request port(int index, boolean isolated) {
        Request request = new Request("set up interface " + index + " as a port of its bridge", RTM_SETLINK, 0);
        return header(request, AF_BRIDGE, index, 0, 0).nested(IFLA_PROTINFO, port -> {
            // Where packets on bridges pass the filter (br_netfilter), one to a published port of its own sender is
            // turned around within the bridge, which a port allows in hairpin mode only.
            port.flag(IFLA_BRPORT_MODE, 1);
            port.flag(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
        });
    }

    /** Gives an interface that is switched off another name. */
    public static Request rename(int index, String name) {
        Request request = new Request("call interface " + index + " " + name, RTM_NEWLINK, 0);
        return header(request, AF_UNSPEC, index, 0, 0).text(IFLA_IFNAME, name);
    }

    /** Removes an interface, and the other end of a pair with it. */
    public static Request delete(int index) {
        return header(new Request("remove interface " + index, RTM_DELLINK, 0), AF_UNSPEC, index, 0, 0);
    }

    static Request get(String name) {
        return header(new Request("find the interface " + name, RTM_GETLINK, 0), AF_UNSPEC, 0, 0, 0)
                .text(IFLA_IFNAME, name);
    }

    static Request list() {
        return header(new Request("list interfaces", RTM_GETLINK, 0), AF_UNSPEC, 0, 0, 0);
    }

    /** {@code struct ifinfomsg}. */
    static Request header(Request request, int family, int index, int flags, int change) {
        return request.u8(family).u8(0).u16(0).u32(index).u32(flags).u32(change);
    }

    static byte[] mac(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    /** An interface as the kernel tells of it. */
    static Optional<Link> read(Dialogue.Message message) {
        if (message.type() != RTM_NEWLINK) {
            return Optional.empty();
        }
        int index = message.body().getInt(4);
        boolean up = (message.body().getInt(8) & IFF_UP) != 0;
        Attributes attributes =
                Attributes.of(message.body().slice(16, message.body().limit() - 16));
        return attributes
                .text(IFLA_IFNAME)
                .map(name -> new Link(
                        index,
                        name,
                        up,
                        attributes.number(IFLA_MASTER).orElse(0),
                        attributes.number(IFLA_MTU).orElse(0),
                        attributes
                                .nested(IFLA_LINKINFO)
                                .flatMap(info -> info.text(IFLA_INFO_KIND))
                                .orElse("")));
    }
}
