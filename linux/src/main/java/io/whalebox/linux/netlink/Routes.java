package io.whalebox.linux.netlink;

import java.util.Arrays;
import java.util.Optional;

/** Requests about addresses of interfaces and about routes (rtnetlink(7)); addresses are 4 or 16 bytes. */
public final class Routes {
    static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;
    static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_F_NODAD = 2;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_TABLE = 15;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RT_TABLE_LOCAL = 255;
    private static final int RTPROT_BOOT = 3;
    private static final int RTN_UNICAST = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private Routes() {}

    /**
     * A network that the host has a route to; {@code network} is 4 or 16 bytes.
     *
     * @param prefix how many bits of it count; 0 for the default route
     */
    public record Route(Bytes network, int prefix, int interfaceIndex) {}

    /** An address of an interface. */
    public record Address(Bytes address, int prefix, int interfaceIndex) {}

    /** Bytes that are a value. */
    public static final class Bytes {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] copy() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private static int family(byte[] address) {
        return address.length == 4 ? AF_INET : AF_INET6;
    }

    /** Gives an interface an address, which is used at once: nobody is asked whether it has it already. */
    public static Request addAddress(int index, byte[] address, int prefix) {
        Request request = new Request(
                "give interface " + index + " an address", RTM_NEWADDR, Request.NLM_F_CREATE | Request.NLM_F_EXCL);
        request.u8(family(address))
                .u8(prefix)
                .u8(address.length == 4 ? 0 : IFA_F_NODAD)
                .u8(0)
                .u32(index);
        request.attribute(IFA_LOCAL, address).attribute(IFA_ADDRESS, address);
        if (address.length == 4 && prefix < 31) {
            request.attribute(IFA_BROADCAST, broadcast(address, prefix));
        }
        return request;
    }

    private static byte[] broadcast(byte[] address, int prefix) {
        byte[] last = address.clone();
        for (int bit = prefix; bit < 32; bit++) {
            last[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return last;
    }

    /** Sends all that has no better way to a gateway. */
    public static Request addDefault(int index, byte[] gateway) {
        Request request = new Request("set the default route", RTM_NEWROUTE, Request.NLM_F_CREATE | Request.NLM_F_EXCL);
        return routeHeader(request, family(gateway))
                .attribute(RTA_GATEWAY, gateway)
                .number(RTA_OIF, index);
    }

    /** Sends all that has no better way out of an interface, to whoever is there. */
    public static Request addDefault(int index, boolean six) {
        Request request = new Request("set the default route", RTM_NEWROUTE, Request.NLM_F_CREATE | Request.NLM_F_EXCL);
        return routeHeader(request, six ? AF_INET6 : AF_INET).number(RTA_OIF, index);
    }

    /** {@code struct rtmsg} for a default route of the main table. */
    private static Request routeHeader(Request request, int family) {
        return request.u8(family)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(RT_TABLE_MAIN)
                .u8(RTPROT_BOOT)
                .u8(0)
                .u8(RTN_UNICAST)
                .u32(0);
    }

    static Request listRoutes(boolean six) {
        Request request = new Request("list routes", RTM_GETROUTE, 0);
        return request.u8(six ? AF_INET6 : AF_INET)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(0);
    }

    static Request listAddresses(boolean six) {
        Request request = new Request("list addresses", RTM_GETADDR, 0);
        return request.u8(six ? AF_INET6 : AF_INET).u8(0).u8(0).u8(0).u32(0);
    }

    /** A route of any table but the kernel's own of local addresses. */
    static Optional<Route> readRoute(Dialogue.Message message) {
        if (message.type() != RTM_NEWROUTE) {
            return Optional.empty();
        }
        int length = message.body().get(0) == AF_INET ? 4 : 16;
        int prefix = Byte.toUnsignedInt(message.body().get(1));
        int type = message.body().get(7);
        Attributes attributes =
                Attributes.of(message.body().slice(12, message.body().limit() - 12));
        int table = attributes
                .number(RTA_TABLE)
                .orElse(Byte.toUnsignedInt(message.body().get(4)));
        return table == RT_TABLE_LOCAL || type != RTN_UNICAST
                ? Optional.empty()
                : Optional.of(new Route(
                        new Bytes(attributes.bytes(RTA_DST).orElse(new byte[length])),
                        prefix,
                        attributes.number(RTA_OIF).orElse(0)));
    }

    static Optional<Address> readAddress(Dialogue.Message message) {
        if (message.type() != RTM_NEWADDR) {
            return Optional.empty();
        }
        int prefix = Byte.toUnsignedInt(message.body().get(1));
        int index = message.body().getInt(4);
        Attributes attributes =
                Attributes.of(message.body().slice(8, message.body().limit() - 8));
        return attributes
                .bytes(IFA_LOCAL)
                .or(() -> attributes.bytes(IFA_ADDRESS))
                .map(address -> new Address(new Bytes(address), prefix, index));
    }
}
