package io.whalebox.network;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Questions and answers of the domain name system (RFC 1035), as far as a server of a few names needs them. */
final class DnsMessage {
    static final int TYPE_A = 1;
    static final int TYPE_PTR = 12;
    static final int TYPE_AAAA = 28;
    static final int NO_ERROR = 0;
    static final int SERVER_FAILURE = 2;

    private static final int HEADER = 12;
    private static final int CLASS_IN = 1;
    private static final int ANY_CLASS = 255;
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_NAME = 253;
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int TRUNCATED = 0x0200;

    /** Where the name of the question stands. */
    private static final int POINTER_TO_QUESTION = 0xc00c;

    private DnsMessage() {}

    /**
     * A question.
     *
     * @param name in lower case, without a dot at its end
     * @param end where it ends in the message
     */
    record Question(int id, int flags, String name, int type, int end) {}

    /** Reads a query with one question; nothing for what is none. */
    static Optional<Question> question(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message);
        if (message.length < HEADER) {
            return Optional.empty();
        }
        int id = Short.toUnsignedInt(in.getShort());
        int flags = Short.toUnsignedInt(in.getShort());
        int questions = Short.toUnsignedInt(in.getShort());
        in.position(HEADER);
        if ((flags & (RESPONSE | OPCODE)) != 0 || questions != 1) {
            return Optional.empty();
        }
        StringBuilder name = new StringBuilder();
        while (in.hasRemaining()) {
            int length = Byte.toUnsignedInt(in.get());
            if (length == 0) {
                if (in.remaining() < 4) {
                    return Optional.empty();
                }
                int type = Short.toUnsignedInt(in.getShort());
                int questionClass = Short.toUnsignedInt(in.getShort());
                return questionClass == CLASS_IN || questionClass == ANY_CLASS
                        ? Optional.of(
                                new Question(id, flags, name.toString().toLowerCase(Locale.ROOT), type, in.position()))
                        : Optional.empty();
            }
            // A question has nothing before it that it could point to.
            if (length > LONGEST_LABEL || length > in.remaining() || name.length() + length > LONGEST_NAME) {
                return Optional.empty();
            }
            byte[] label = new byte[length];
            in.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
        }
        return Optional.empty();
    }

    /** The address that a question for a name is about, as for 2.0.17.172.in-addr.arpa. */
    static Optional<IpAddress> reversed(String name) {
        if (name.endsWith(".in-addr.arpa")) {
            String[] parts =
                    name.substring(0, name.length() - ".in-addr.arpa".length()).split("\\.", -1);
            return parts.length == 4
                    ? IpAddress.find(parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0])
                    : Optional.empty();
        }
        if (!name.endsWith(".ip6.arpa")) {
            return Optional.empty();
        }
        String digits = new StringBuilder(name.substring(0, name.length() - ".ip6.arpa".length()))
                .reverse()
                .toString()
                .replace(".", "");
        return digits.matches("[0-9a-f]{32}")
                ? IpAddress.find(digits.replaceAll("(.{4})(?!$)", "$1:"))
                : Optional.empty();
    }

    /** An answer of addresses; of none when there are none of the kind that was asked for. */
    static byte[] addresses(byte[] query, Question question, List<IpAddress> addresses) {
        return answer(
                query,
                question,
                NO_ERROR,
                addresses.stream()
                        .filter(address -> question.type() == (address.isSix() ? TYPE_AAAA : TYPE_A))
                        .map(IpAddress::bytes)
                        .toList());
    }

    /** An answer of a name. */
    static byte[] name(byte[] query, Question question, String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String label : name.split("\\.", -1)) {
            byte[] text = label.getBytes(StandardCharsets.ISO_8859_1);
            bytes.write(Math.min(text.length, LONGEST_LABEL));
            bytes.write(text, 0, Math.min(text.length, LONGEST_LABEL));
        }
        bytes.write(0);
        return answer(query, question, NO_ERROR, List.of(bytes.toByteArray()));
    }

    /** An answer that says only how it went. */
    static byte[] status(byte[] query, Question question, int status) {
        return answer(query, question, status, List.of());
    }

    private static byte[] answer(byte[] query, Question question, int status, List<byte[]> values) {
        int size = question.end();
        for (byte[] value : values) {
            size += HEADER + value.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putShort((short) question.id())
                .putShort((short) (RESPONSE | (question.flags() & RECURSION_DESIRED) | RECURSION_AVAILABLE | status))
                .putShort((short) 1)
                .putShort((short) values.size())
                .putInt(0)
                .put(query, HEADER, question.end() - HEADER);
        for (byte[] value : values) {
            // Good for no time at all: it may be another's a moment later.
            out.putShort((short) POINTER_TO_QUESTION)
                    .putShort((short) question.type())
                    .putShort((short) CLASS_IN)
                    .putInt(0)
                    .putShort((short) value.length)
                    .put(value);
        }
        return out.array();
    }

    /** As much as fits into a datagram; who wants more asks again over a connection. */
    static byte[] fit(byte[] answer, int room) {
        if (answer.length <= room) {
            return answer;
        }
        // The question alone, with a mark that there is more.
        byte[] copy = Arrays.copyOf(
                answer, question(withoutResponse(answer)).map(Question::end).orElse(HEADER));
        ByteBuffer header = ByteBuffer.wrap(copy);
        header.putShort(2, (short) (header.getShort(2) | TRUNCATED));
        header.putShort(6, (short) 0);
        return copy;
    }

    private static byte[] withoutResponse(byte[] answer) {
        byte[] copy = answer.clone();
        copy[2] = (byte) (copy[2] & ~(RESPONSE >> 8));
        return copy;
    }
}
