package io.whalebox.linux.netlink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Requests about one table of packet filters, for both families of addresses ({@code linux/netfilter/nf_tables.h}); several
 * of them become one change, by {@link FilterSocket}.
 */
public final class FilterTable {
    static final int SUBSYSTEM = 10;
    static final int ALL_FAMILIES = 0;
    static final int NFPROTO_INET = 1;

    private static final int NEW_TABLE = 0;
    static final int GET_TABLE = 1;
    private static final int DELETE_TABLE = 2;
    private static final int NEW_CHAIN = 3;
    static final int GET_CHAIN = 4;
    private static final int NEW_RULE = 6;
    private static final int DELETE_RULE = 8;
    private static final int NEW_SET = 9;
    private static final int NEW_ELEMENT = 12;
    private static final int DELETE_ELEMENT = 14;

    private static final int SET_IS_MAP = 8;
    private static final int LIST_ELEMENT = 1;
    private static final int DATA_VALUE = 1;

    /** The first and only note about a set: its keys are in the machine's order. */
    private static final byte[] HOST_ORDER = ByteBuffer.allocate(6)
            .order(ByteOrder.nativeOrder())
            .put((byte) 0)
            .put((byte) 4)
            .putInt(1)
            .array();

    private final String name;
    private int sets;

    /** The table of a name. */
    public FilterTable(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Where the kernel calls a chain. */
    public enum Hook {
        PREROUTING(0),
        FORWARD(2),
        OUTPUT(3),
        POSTROUTING(4);

        final int number;

        Hook(int number) {
            this.number = number;
        }
    }

    /** What becomes of a packet that no rule of a chain decided on ({@code linux/netfilter.h}). */
    public enum Policy {
        DROP(0),
        ACCEPT(1);

        final int number;

        Policy(int number) {
            this.number = number;
        }
    }

    /**
     * The kinds of values in keys of sets and maps; several are written one behind the other, each filling words of four
     * bytes. The numbers are {@code nft}'s, which reads them to print what the kernel only stores.
     */
    public enum ValueType {
        IPV4(7, 4),
        IPV6(8, 16),
        PROTOCOL(12, 4),
        PORT(13, 4),
        LINK(41, 16);

        private final int number;
        private final int length;

        ValueType(int number, int length) {
            this.number = number;
            this.length = length;
        }

        private static int number(List<ValueType> types) {
            return types.stream().mapToInt(type -> type.number).reduce(0, (all, one) -> all << 6 | one);
        }

        private static int length(List<ValueType> types) {
            return types.stream().mapToInt(type -> type.length).sum();
        }
    }

    /** A key of a set or a value of a map, written part by part. */
    public static final class Key {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        public Key address(byte[] address) {
            bytes.writeBytes(address);
            return this;
        }

        public Key protocol(int number) {
            bytes.writeBytes(new byte[] {(byte) number, 0, 0, 0});
            return this;
        }

        public Key port(int number) {
            bytes.writeBytes(new byte[] {(byte) (number >> 8), (byte) number, 0, 0});
            return this;
        }

        public Key link(String link) {
            bytes.writeBytes(Expression.name(link));
            return this;
        }
    }

    /** An element of a set, or with a value of a map. */
    public record Element(Key key, Optional<Key> value) {}

    /** Makes the table unless it is there. */
    public Request create() {
        return request("create the table " + name, NEW_TABLE, Request.NLM_F_CREATE)
                .text(1, name);
    }

    /** Removes the table and all in it. */
    public Request delete() {
        return request("remove the table " + name, DELETE_TABLE, 0).text(1, name);
    }

    /** A chain that others jump to. */
    public Request chain(String chain) {
        return request("create the chain " + chain, NEW_CHAIN, Request.NLM_F_CREATE)
                .text(1, name)
                .text(3, chain);
    }

    /**
     * A chain that the kernel calls.
     *
     * @param type {@code filter} or {@code nat}
     * @param priority the lower, the earlier
     */
    public Request chain(String chain, String type, Hook hook, int priority) {
        return chain(chain, type, hook, priority, Policy.ACCEPT);
    }

    /**
     * The same with a choice of what becomes of packets that reach its end.
     *
     * @param type only {@code filter} may drop them
     */
    public Request chain(String chain, String type, Hook hook, int priority, Policy policy) {
        return chain(chain)
                .nested(4, it -> it.bigEndian(1, hook.number).bigEndian(2, priority))
                .bigEndian(5, policy.number)
                .text(7, type);
    }

    /** Takes all rules out of a chain. */
    public Request flushChain(String chain) {
        return request("empty the chain " + chain, DELETE_RULE, 0).text(1, name).text(2, chain);
    }

    /** Adds a rule at the end of a chain. */
    public Request rule(String chain, List<Expression.Part> parts) {
        String text = String.join(" ", parts.stream().map(Expression.Part::text).toList());
        return request("add to " + chain + " the rule " + text, NEW_RULE, Request.NLM_F_CREATE | Request.NLM_F_APPEND)
                .text(1, name)
                .text(2, chain)
                .nested(
                        4,
                        list -> parts.forEach(
                                part -> part.expressions().forEach(expression -> expression.write(list))));
    }

    /** Makes a set, or with values a map. */
    public Request set(String set, List<ValueType> key, List<ValueType> value) {
        Request request = request("create the set " + set, NEW_SET, Request.NLM_F_CREATE)
                .text(1, name)
                .text(2, set)
                .bigEndian(3, value.isEmpty() ? 0 : SET_IS_MAP)
                .bigEndian(4, ValueType.number(key))
                .bigEndian(5, ValueType.length(key));
        if (!value.isEmpty()) {
            request.bigEndian(6, ValueType.number(value)).bigEndian(7, ValueType.length(value));
        }
        request.bigEndian(10, ++sets);
        if (key.equals(List.of(ValueType.LINK))) {
            // For nft alone, which takes names for numbers otherwise.
            request.attribute(13, HOST_ORDER.clone());
        }
        return request;
    }

    /** Puts elements into a set or map; ones that are there already are left as they are. */
    public Request add(String set, List<Element> elements) {
        return elements(request("add to the set " + set, NEW_ELEMENT, Request.NLM_F_CREATE), set, elements);
    }

    /** Takes elements out; all have to be there. */
    public Request remove(String set, List<Element> elements) {
        return elements(request("remove from the set " + set, DELETE_ELEMENT, 0), set, elements);
    }

    private Request elements(Request request, String set, List<Element> elements) {
        return request.text(1, name)
                .text(2, set)
                .nested(
                        3,
                        list -> elements.forEach(element -> list.nested(LIST_ELEMENT, it -> {
                            it.nested(
                                    1,
                                    key -> key.attribute(
                                            DATA_VALUE, element.key().bytes.toByteArray()));
                            element.value()
                                    .ifPresent(value -> it.nested(
                                            2, data -> data.attribute(DATA_VALUE, value.bytes.toByteArray())));
                        })));
    }

    static Request request(String purpose, int message, int flags) {
        return request(purpose, message, flags, NFPROTO_INET);
    }

    /** The same for tables of one family, or of all. */
    static Request request(String purpose, int message, int flags, int family) {
        return new Request(purpose, SUBSYSTEM << 8 | message, flags)
                .u8(family)
                .u8(0)
                .u16(0);
    }
}
