package io.whalebox.network;

import io.whalebox.linux.Loggers;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers a container's questions for names: from its own networks, and else by asking whom the host asks. */
final class Resolver {
    static final int PORT = 53;

    private static final System.Logger LOG = Loggers.named("io.whalebox.network");
    private static final int LARGEST = 65535;
    private static final int TIMEOUT_MILLIS = 3000;

    private final NetworkStore store;
    private final NameTable names;
    private final Supplier<Optional<ContainerNetwork>> container;

    /**
     * @param container what the container that asks has of networks now
     */
    Resolver(NetworkStore store, NameTable names, Supplier<Optional<ContainerNetwork>> container) {
        this.store = store;
        this.names = names;
        this.container = container;
    }

    /** How an answer is fetched from elsewhere. */
    private interface Forward {
        byte[] ask(InetSocketAddress server, byte[] query) throws IOException;
    }

    /** The answer to a datagram; nothing for what is no question. */
    Optional<byte[]> overDatagrams(byte[] query) {
        return answer(query, Resolver::askByDatagram);
    }

    /** The answer to what came over a connection. */
    Optional<byte[]> overConnection(byte[] query) {
        return answer(query, Resolver::askByConnection);
    }

    private Optional<byte[]> answer(byte[] query, Forward forward) {
        return DnsMessage.question(query)
                .flatMap(question -> container
                        .get()
                        .map(asking -> ownAnswer(query, question, asking)
                                .orElseGet(() -> elsewhere(query, question, asking, forward))));
    }

    private Optional<byte[]> ownAnswer(byte[] query, DnsMessage.Question question, ContainerNetwork asking) {
        for (Endpoint endpoint : asking.endpoints()) {
            Optional<NetworkRecord> network = store.find(endpoint.network()).filter(it -> !it.isDefault());
            Optional<byte[]> answer = network.flatMap(it -> question.type() == DnsMessage.TYPE_PTR
                    ? DnsMessage.reversed(question.name())
                            .flatMap(address -> names.find(it, address))
                            .map(name -> DnsMessage.name(query, question, name))
                    : names.find(it, linked(endpoint, question.name()))
                            .map(addresses -> DnsMessage.addresses(query, question, addresses)));
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    /** What others know by the name by which only the one knows it who asks. */
    private static String linked(Endpoint endpoint, String name) {
        return endpoint.links().stream()
                .filter(link -> link.alias().equalsIgnoreCase(name))
                .findFirst()
                .map(link -> link.container().toLowerCase(Locale.ROOT))
                .orElse(name);
    }

    private static byte[] elsewhere(
            byte[] query, DnsMessage.Question question, ContainerNetwork asking, Forward forward) {
        // Who can't reach the outside is not to send words there by way of questions (CVE-2024-29018).
        List<String> servers = asking.outward().isPresent() ? asking.dns().servers() : List.of();
        for (String server : servers) {
            try {
                return forward.ask(new InetSocketAddress(IpAddress.parse(server).inet(), PORT), query);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "name server {0} does not answer: {1}", server, e.getMessage());
            }
        }
        return DnsMessage.status(query, question, DnsMessage.SERVER_FAILURE);
    }

    private static byte[] askByDatagram(InetSocketAddress server, byte[] query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            // Connected, so that nobody else's answers arrive.
            socket.connect(server);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(query, query.length));
            DatagramPacket answer = new DatagramPacket(new byte[LARGEST], LARGEST);
            do {
                socket.receive(answer);
            } while (answer.getLength() < 2 || !Arrays.equals(answer.getData(), 0, 2, query, 0, 2));
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    private static byte[] askByConnection(InetSocketAddress server, byte[] query) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(framed(query));
            return readFramed(new DataInputStream(socket.getInputStream()));
        }
    }

    /** A message as connections carry it, behind its length. */
    static byte[] framed(byte[] message) {
        byte[] framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        return framed;
    }

    static byte[] readFramed(DataInputStream in) throws IOException {
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return message;
    }
}
