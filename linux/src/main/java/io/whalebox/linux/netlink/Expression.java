package io.whalebox.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A part of a rule ({@code linux/netfilter/nf_tables.h}): it loads something of the packet into a register, compares one, or decides.
 * A rule ends at the first comparison that fails. Registers are numbered by words of four bytes.
 */
public final class Expression {
    /** The first register, and where the second word of it is. */
    private static final int FIRST = 8;

    private static final int VERDICT = 0;
    private static final int DATA_VALUE = 1;
    private static final int DATA_VERDICT = 2;
    private static final int EXPR_NAME = 1;
    private static final int EXPR_DATA = 2;
    private static final int LIST_ELEMENT = 1;

    private static final int META_IIFNAME = 6;
    private static final int META_OIFNAME = 7;
    private static final int META_NFPROTO = 15;
    private static final int META_L4PROTO = 16;
    private static final int META_IIFKIND = 26;
    private static final int META_OIFKIND = 27;
    private static final int PAYLOAD_NETWORK = 1;
    private static final int PAYLOAD_TRANSPORT = 2;
    private static final int CT_STATE = 0;
    private static final int CT_STATUS = 2;
    private static final int STATE_ESTABLISHED_OR_RELATED = 2 | 4;
    private static final int STATUS_DNAT = 32;
    private static final int FIB_ADDRTYPE = 3;
    private static final int FIB_DESTINATION = 2;
    private static final int RTN_LOCAL = 2;
    private static final int IFNAMSIZ = 16;

    private final String name;
    private final Consumer<Request> data;

    private Expression(String name, Consumer<Request> data) {
        this.name = name;
        this.data = data;
    }

    void write(Request request) {
        request.nested(LIST_ELEMENT, it -> it.text(EXPR_NAME, name).nested(EXPR_DATA, data));
    }

    /** Some expressions with the text that {@code nft} prints for them. */
    public record Part(String text, List<Expression> expressions) {
        public Part {
            expressions = List.copyOf(expressions);
        }

        private static Part of(String text, Expression... expressions) {
            return new Part(text, List.of(expressions));
        }
    }

    // What a packet has to be.

    public static Part comesFrom(String link) {
        return Part.of("iifname \"" + link + "\"", meta(META_IIFNAME, FIRST), compare(true, name(link)));
    }

    public static Part comesNotFrom(String link) {
        return Part.of("iifname != \"" + link + "\"", meta(META_IIFNAME, FIRST), compare(false, name(link)));
    }

    public static Part leavesBy(String link) {
        return Part.of("oifname \"" + link + "\"", meta(META_OIFNAME, FIRST), compare(true, name(link)));
    }

    public static Part leavesNotBy(String link) {
        return Part.of("oifname != \"" + link + "\"", meta(META_OIFNAME, FIRST), compare(false, name(link)));
    }

    public static Part comesFromOneOf(String set) {
        return Part.of("iifname @" + set, meta(META_IIFNAME, FIRST), lookup(set, false));
    }

    public static Part leavesByOneOf(String set) {
        return Part.of("oifname @" + set, meta(META_OIFNAME, FIRST), lookup(set, false));
    }

    /** An interface of hardware is of no kind. */
    public static Part comesFromKind(String kind) {
        return Part.of("meta iifkind \"" + kind + "\"", meta(META_IIFKIND, FIRST), compare(true, name(kind)));
    }

    public static Part leavesByKind(String kind) {
        return Part.of("meta oifkind \"" + kind + "\"", meta(META_OIFKIND, FIRST), compare(true, name(kind)));
    }

    public static Part isOfFamily(boolean six) {
        return Part.of("meta nfproto " + (six ? "ipv6" : "ipv4"), meta(META_NFPROTO, FIRST), compare(true, new byte[] {
            (byte) (six ? 10 : 2)
        }));
    }

    public static Part isOfProtocol(int protocol) {
        return Part.of(
                "meta l4proto " + protocol, meta(META_L4PROTO, FIRST), compare(true, new byte[] {(byte) protocol}));
    }

    /** Its family has to be tested before. */
    public static Part comesFromSubnet(byte[] first, int prefix, String shown) {
        return Part.of(
                "saddr " + shown,
                address(first.length == 16, true, FIRST),
                mask(first.length, prefix),
                compare(true, first));
    }

    /** Its family has to be tested before. */
    public static Part goesToSubnet(byte[] first, int prefix, String shown) {
        return Part.of(
                "daddr " + shown,
                address(first.length == 16, false, FIRST),
                mask(first.length, prefix),
                compare(true, first));
    }

    /** Its protocol has to be tested before. */
    public static Part goesToPort(int port) {
        return Part.of("th dport " + port, port(FIRST), compare(true, bigEndian(port)));
    }

    public static Part belongsToConnection() {
        return Part.of(
                "ct state established,related",
                connection(CT_STATE),
                bits(STATE_ESTABLISHED_OR_RELATED),
                compare(false, new byte[4]));
    }

    /** Its connection's destination has been rewritten, as for a published port. */
    public static Part wasRedirected() {
        return Part.of("ct status dnat", connection(CT_STATUS), bits(STATUS_DNAT), compare(false, new byte[4]));
    }

    public static Part goesToThisHost() {
        return Part.of(
                "fib daddr type local",
                new Expression(
                        "fib",
                        it -> it.bigEndian(1, FIRST).bigEndian(2, FIB_ADDRTYPE).bigEndian(3, FIB_DESTINATION)),
                compare(true, nativeOrder(RTN_LOCAL)));
    }

    // What becomes of it.

    public static Part accept() {
        return verdict("accept", 1);
    }

    public static Part drop() {
        return verdict("drop", 0);
    }

    /** Goes on in the chain that this one was called from. */
    public static Part leaveChain() {
        return verdict("return", -5);
    }

    public static Part jump(String chain) {
        return Part.of(
                "jump " + chain,
                new Expression(
                        "immediate",
                        it -> it.bigEndian(1, VERDICT)
                                .nested(
                                        2,
                                        data -> data.nested(
                                                DATA_VERDICT,
                                                verdict ->
                                                        verdict.bigEndian(1, -3).text(2, chain)))));
    }

    private static Part verdict(String text, int code) {
        return Part.of(
                text,
                new Expression(
                        "immediate",
                        it -> it.bigEndian(1, VERDICT)
                                .nested(2, data -> data.nested(DATA_VERDICT, verdict -> verdict.bigEndian(1, code)))));
    }

    /** Gives it the address of the interface that it leaves by. */
    public static Part masquerade() {
        return Part.of("masquerade", new Expression("masq", _ -> {}));
    }

    /** Sends it where a map says for its protocol and port, if that says anything. */
    public static Part redirectByPort(String map, boolean six) {
        return Part.of(
                "dnat " + (six ? "ip6" : "ip") + " to meta l4proto . th dport map @" + map,
                meta(META_L4PROTO, FIRST),
                port(FIRST + 1),
                lookup(map, true),
                redirect(six));
    }

    /** Sends it where a map says for its protocol, address and port, if that says anything. */
    public static Part redirectByAddress(String map, boolean six) {
        return Part.of(
                "dnat " + (six ? "ip6" : "ip") + " to meta l4proto . daddr . th dport map @" + map,
                meta(META_L4PROTO, FIRST),
                address(six, false, FIRST + 1),
                port(FIRST + 1 + (six ? 4 : 1)),
                lookup(map, true),
                redirect(six));
    }

    /** Sends it to a port of an address. */
    public static Part redirectTo(byte[] address, int port, String shown) {
        return Part.of(
                "dnat to " + shown + ":" + port,
                load(FIRST, address),
                load(FIRST + 1, bigEndian(port)),
                redirect(false));
    }

    // The expressions of the kernel.

    private static Expression load(int register, byte[] value) {
        return new Expression(
                "immediate", it -> it.bigEndian(1, register).nested(2, data -> data.attribute(DATA_VALUE, value)));
    }

    private static Expression redirect(boolean six) {
        int type = 1;
        return new Expression(
                "nat",
                it -> it.bigEndian(1, type)
                        .bigEndian(2, six ? 10 : 2)
                        .bigEndian(3, FIRST)
                        .bigEndian(5, FIRST + (six ? 4 : 1)));
    }

    private static Expression meta(int key, int register) {
        return new Expression("meta", it -> it.bigEndian(1, register).bigEndian(2, key));
    }

    private static Expression address(boolean six, boolean source, int register) {
        int offset = six ? source ? 8 : 24 : source ? 12 : 16;
        return payload(PAYLOAD_NETWORK, offset, six ? 16 : 4, register);
    }

    private static Expression port(int register) {
        return payload(PAYLOAD_TRANSPORT, 2, 2, register);
    }

    private static Expression payload(int base, int offset, int length, int register) {
        return new Expression(
                "payload",
                it -> it.bigEndian(1, register)
                        .bigEndian(2, base)
                        .bigEndian(3, offset)
                        .bigEndian(4, length));
    }

    private static Expression connection(int key) {
        return new Expression("ct", it -> it.bigEndian(1, FIRST).bigEndian(2, key));
    }

    private static Expression compare(boolean equal, byte[] value) {
        return new Expression(
                "cmp",
                it -> it.bigEndian(1, FIRST)
                        .bigEndian(2, equal ? 0 : 1)
                        .nested(3, data -> data.attribute(DATA_VALUE, value)));
    }

    private static Expression bits(int mask) {
        return bitwise(nativeOrder(mask));
    }

    private static Expression mask(int length, int prefix) {
        byte[] mask = new byte[length];
        for (int bit = 0; bit < prefix; bit++) {
            mask[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return bitwise(mask);
    }

    private static Expression bitwise(byte[] mask) {
        return new Expression(
                "bitwise",
                it -> it.bigEndian(1, FIRST)
                        .bigEndian(2, FIRST)
                        .bigEndian(3, mask.length)
                        .nested(4, data -> data.attribute(DATA_VALUE, mask))
                        .nested(5, data -> data.attribute(DATA_VALUE, new byte[mask.length])));
    }

    private static Expression lookup(String set, boolean map) {
        return new Expression("lookup", it -> {
            it.text(1, set).bigEndian(2, FIRST);
            if (map) {
                it.bigEndian(3, FIRST);
            }
        });
    }

    static byte[] name(String link) {
        return Arrays.copyOf(link.getBytes(StandardCharsets.UTF_8), IFNAMSIZ);
    }

    private static byte[] bigEndian(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }

    private static byte[] nativeOrder(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
