package io.whalebox.linux.netlink;

import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.NetlinkSocket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Requests over one socket and their answers. One thread at a time. */
final class Dialogue implements AutoCloseable {
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int NLM_F_CAPPED = 0x100;

    private final NetlinkSocket socket;
    private final String name;
    private int sequence;

    Dialogue(NetlinkSocket socket, String name) {
        this.socket = socket;
        this.name = name;
    }

    /** A message of the kernel's; {@code body} is what follows the header. */
    record Message(int type, int flags, int sequence, ByteBuffer body) {
        static List<Message> all(ByteBuffer datagram) {
            List<Message> messages = new ArrayList<>();
            while (datagram.remaining() >= Request.HEADER) {
                int start = datagram.position();
                int length = datagram.getInt(start);
                if (length < Request.HEADER || length > datagram.remaining()) {
                    break;
                }
                messages.add(new Message(
                        Short.toUnsignedInt(datagram.getShort(start + 4)),
                        Short.toUnsignedInt(datagram.getShort(start + 6)),
                        datagram.getInt(start + 8),
                        datagram.slice(start + Request.HEADER, length - Request.HEADER)
                                .order(ByteOrder.nativeOrder())));
                datagram.position(Math.min(datagram.limit(), start + (length + 3) / 4 * 4));
            }
            return messages;
        }

        /** The error that it tells of, if it is an answer; 0 for none. */
        int error() {
            return -body.getInt(0);
        }

        /** What the kernel says of it in words. */
        Optional<String> words() {
            int original = (flags & NLM_F_CAPPED) != 0 ? Request.HEADER : body.getInt(4);
            int start = 4 + (original + 3) / 4 * 4;
            return start >= body.limit()
                    ? Optional.empty()
                    : Attributes.of(body.slice(start, body.limit() - start)).text(NLMSGERR_ATTR_MSG);
        }
    }

    /**
     * Has all of these done, in one call of the kernel.
     *
     * @throws LinuxException of the first that failed; those after it may have been done all the same
     */
    void execute(List<Request> requests) {
        int first = sequence + 1;
        sequence += requests.size();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < requests.size(); i++) {
            all.writeBytes(requests.get(i).encode(first + i, Request.NLM_F_ACK));
        }
        socket.send(all.toByteArray());
        awaitAnswers(requests, first, sequence);
    }

    /**
     * Has all of these done or none. Only the last one's success is answered, and every failure.
     *
     * @param requests the first and the last of which mark the batch
     */
    void executeBatch(List<Request> requests) {
        int first = sequence + 1;
        sequence += requests.size();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int answered = requests.size() - 2;
        for (int i = 0; i < requests.size(); i++) {
            all.writeBytes(requests.get(i).encode(first + i, i == answered ? Request.NLM_F_ACK : 0));
        }
        socket.send(all.toByteArray());
        awaitAnswers(requests, first, first + answered);
    }

    private void awaitAnswers(List<Request> requests, int first, int last) {
        Optional<LinuxException> failure = Optional.empty();
        while (true) {
            for (Message message : Message.all(socket.receive())) {
                if (message.type() != NLMSG_ERROR || message.sequence() < first) {
                    continue;
                }
                if (message.error() != 0 && failure.isEmpty()) {
                    failure = Optional.of(failure(message, requests.get(message.sequence() - first)));
                }
                if (message.sequence() == last) {
                    failure.ifPresent(it -> {
                        throw it;
                    });
                    return;
                }
            }
        }
    }

    private LinuxException failure(Message answer, Request request) {
        return new LinuxException(
                name,
                Errno.of(answer.error()),
                request.purpose()
                        + answer.words().map(words -> " (" + words + ")").orElse(""));
    }

    /** Asks for one thing; nothing when there is no such thing. */
    Optional<Message> ask(Request request, Errno... none) {
        sequence++;
        socket.send(request.encode(sequence, 0));
        while (true) {
            for (Message message : Message.all(socket.receive())) {
                if (message.sequence() != sequence) {
                    continue;
                }
                if (message.type() != NLMSG_ERROR) {
                    return Optional.of(message);
                }
                if (List.of(none).contains(Errno.of(message.error()))) {
                    return Optional.empty();
                }
                throw failure(message, request);
            }
        }
    }

    /** Asks for a list. */
    <T> List<T> list(Request request, Function<Message, Optional<T>> reader) {
        sequence++;
        socket.send(request.encode(sequence, Request.NLM_F_DUMP));
        List<T> found = new ArrayList<>();
        while (true) {
            for (Message message : Message.all(socket.receive())) {
                if (message.sequence() != sequence) {
                    continue;
                }
                if (message.type() == NLMSG_DONE) {
                    return found;
                }
                if (message.type() == NLMSG_ERROR) {
                    throw failure(message, request);
                }
                reader.apply(message).ifPresent(found::add);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
