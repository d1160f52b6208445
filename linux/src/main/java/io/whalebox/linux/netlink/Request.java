package io.whalebox.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** A netlink message as it is written ({@code linux/netlink.h}): a header, a fixed part, and attributes in any depth. */
public final class Request {
    static final int NLM_F_REQUEST = 1;
    static final int NLM_F_ACK = 4;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;
    static final int NLM_F_APPEND = 0x800;

    static final int HEADER = 16;
    private static final int FLAGS = 6;
    private static final int SEQUENCE = 8;
    private static final int ATTRIBUTE = 4;
    private static final int NESTED = 0x8000;

    private final String purpose;
    private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    /**
     * @param purpose what it is for, for the message of a failure: {@code create the bridge wbx0}
     */
    Request(String purpose, int type, int flags) {
        this.purpose = purpose;
        bytes.putInt(0)
                .putShort((short) type)
                .putShort((short) (flags | NLM_F_REQUEST))
                .putInt(0)
                .putInt(0);
    }

    String purpose() {
        return purpose;
    }

    private ByteBuffer room(int count) {
        if (bytes.remaining() < count) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * bytes.capacity(), bytes.position() + count))
                    .order(bytes.order());
            larger.put(bytes.flip());
            bytes = larger;
        }
        return bytes;
    }

    Request u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    Request u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    Request u32(int value) {
        room(4).putInt(value);
        return this;
    }

    /** An attribute of bytes. */
    Request attribute(int type, byte[] value) {
        room(ATTRIBUTE + value.length + 3)
                .putShort((short) (ATTRIBUTE + value.length))
                .putShort((short) type);
        bytes.put(value);
        return pad();
    }

    /** An attribute that is a number in the machine's own order. */
    Request number(int type, int value) {
        room(2 * ATTRIBUTE)
                .putShort((short) (2 * ATTRIBUTE))
                .putShort((short) type)
                .putInt(value);
        return this;
    }

    /** An attribute that is a number of two bytes in the machine's own order. */
    Request number16(int type, int value) {
        return attribute(
                type,
                ByteBuffer.allocate(2)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) value)
                        .array());
    }

    /** An attribute of one byte. */
    Request flag(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    /** An attribute that is a number in the network's order, as netfilter has them. */
    Request bigEndian(int type, int value) {
        return attribute(type, ByteBuffer.allocate(4).putInt(value).array());
    }

    /** An attribute that is a C string. */
    Request text(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return attribute(type, Arrays.copyOf(text, text.length + 1));
    }

    /** An attribute made of attributes. */
    Request nested(int type, Consumer<Request> content) {
        int start = bytes.position();
        room(ATTRIBUTE).putShort((short) 0).putShort((short) (type | NESTED));
        content.accept(this);
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    private Request pad() {
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    /** The whole message with this number, and with more flags. */
    byte[] encode(int sequence, int moreFlags) {
        bytes.putInt(0, bytes.position());
        bytes.putShort(FLAGS, (short) (bytes.getShort(FLAGS) | moreFlags));
        bytes.putInt(SEQUENCE, sequence);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
