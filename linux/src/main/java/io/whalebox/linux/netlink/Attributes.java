package io.whalebox.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes of a message that the kernel has sent. */
final class Attributes {
    private static final int HEADER = 4;
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, byte[]> values = new HashMap<>();

    private Attributes() {}

    /** Reads all that is left of a buffer; what is cut off is left out. */
    static Attributes of(ByteBuffer bytes) {
        Attributes attributes = new Attributes();
        ByteBuffer rest = bytes.slice().order(ByteOrder.nativeOrder());
        while (rest.remaining() >= HEADER) {
            int start = rest.position();
            int length = Short.toUnsignedInt(rest.getShort(start));
            if (length < HEADER || length > rest.remaining()) {
                break;
            }
            byte[] value = new byte[length - HEADER];
            rest.get(start + HEADER, value);
            attributes.values.put(rest.getShort(start + 2) & TYPE_MASK, value);
            rest.position(Math.min(rest.limit(), start + (length + 3) / 4 * 4));
        }
        return attributes;
    }

    Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    Optional<String> text(int type) {
        return bytes(type).map(value -> {
            int end = 0;
            while (end < value.length && value[end] != 0) {
                end++;
            }
            return new String(value, 0, end, StandardCharsets.UTF_8);
        });
    }

    Optional<Integer> number(int type) {
        return bytes(type)
                .filter(value -> value.length >= 4)
                .map(value ->
                        ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt());
    }

    /** A number in the network's order. */
    Optional<Integer> bigEndian(int type) {
        return number(type)
                .map(value -> ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
    }

    Optional<Attributes> nested(int type) {
        return bytes(type).map(value -> of(ByteBuffer.wrap(value)));
    }
}
