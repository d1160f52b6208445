package io.whalebox.network;

import io.whalebox.linux.Loggers;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.netlink.Expression;
import io.whalebox.linux.netlink.FilterSocket;
import io.whalebox.linux.netlink.FilterTable;
import io.whalebox.linux.netlink.FilterTable.Hook;
import io.whalebox.linux.netlink.Request;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * The name server of one container: sockets in its network namespace, at an address of its loopback interface, served by
 * threads of this process. They have ports of no meaning, to which port 53 of that address leads, so that a program of the
 * container's may listen on port 53 of all its addresses.
 */
final class NameServer implements AutoCloseable {
    static final IpAddress ADDRESS = IpAddress.parse("127.0.0.11");

    private static final System.Logger LOG = Loggers.named("io.whalebox.network");
    private static final FilterTable TABLE = new FilterTable("whalebox-names");
    private static final int LARGEST = 65535;
    private static final int DATAGRAM = 512;
    private static final int AT_ONCE = 256;
    private static final int PATIENCE_MILLIS = 10_000;

    private final DatagramChannel datagrams;
    private final ServerSocketChannel connections;
    private final Resolver resolver;
    private final Semaphore room = new Semaphore(AT_ONCE);

    private NameServer(DatagramChannel datagrams, ServerSocketChannel connections, Resolver resolver) {
        this.datagrams = datagrams;
        this.connections = connections;
        this.resolver = resolver;
    }

    /** Serves the container of a network namespace until this is closed; it holds the namespace as long. */
    static NameServer start(NetworkNamespace namespace, Resolver resolver) {
        NameServer server = namespace.call(() -> open(resolver));
        Background.start("names", server::serveDatagrams);
        Background.start("names", server::serveConnections);
        return server;
    }

    private static NameServer open(Resolver resolver) {
        try {
            DatagramChannel datagrams = DatagramChannel.open(StandardProtocolFamily.INET);
            datagrams.bind(new InetSocketAddress(ADDRESS.inet(), 0));
            ServerSocketChannel connections = ServerSocketChannel.open(StandardProtocolFamily.INET);
            connections.bind(new InetSocketAddress(ADDRESS.inet(), 0));
            try (FilterSocket filters = FilterSocket.open()) {
                filters.execute(redirection(port(datagrams.getLocalAddress()), port(connections.getLocalAddress())));
            }
            return new NameServer(datagrams, connections, resolver);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private static List<Request> redirection(int udp, int tcp) {
        List<Request> requests = new ArrayList<>(List.of(
                TABLE.create(), TABLE.delete(), TABLE.create(), TABLE.chain("output", "nat", Hook.OUTPUT, -100)));
        requests.add(redirect(Protocol.UDP, udp));
        requests.add(redirect(Protocol.TCP, tcp));
        return requests;
    }

    private static Request redirect(Protocol protocol, int port) {
        return TABLE.rule(
                "output",
                List.of(
                        Expression.isOfFamily(false),
                        Expression.goesToSubnet(ADDRESS.bytes(), 32, ADDRESS.toString()),
                        Expression.isOfProtocol(protocol.number()),
                        Expression.goesToPort(Resolver.PORT),
                        Expression.redirectTo(ADDRESS.bytes(), port, ADDRESS.toString())));
    }

    private void serveDatagrams() {
        ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
        while (datagrams.isOpen()) {
            try {
                buffer.clear();
                SocketAddress sender = datagrams.receive(buffer);
                byte[] query = new byte[buffer.flip().remaining()];
                buffer.get(query);
                if (room.tryAcquire()) {
                    Background.start("name", () -> answer(query, sender));
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // Such as that an earlier answer found nobody any more.
                LOG.log(System.Logger.Level.DEBUG, "a question for a name was not received", e);
            }
        }
    }

    private void answer(byte[] query, SocketAddress sender) {
        try {
            // Whoever can take more says so, in a record at the end, and is given what others sent it.
            resolver.overDatagrams(query)
                    .map(answer -> query.length > DATAGRAM ? answer : DnsMessage.fit(answer, room(query)))
                    .ifPresent(answer -> send(answer, sender));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "a question for a name was not answered", e);
        } finally {
            room.release();
        }
    }

    /** How large an answer may be: as the question says (EDNS, RFC 6891), or 512 bytes. */
    private static int room(byte[] query) {
        boolean extended = query.length > 11 && (query[10] != 0 || query[11] != 0);
        return extended ? LARGEST : DATAGRAM;
    }

    private void send(byte[] answer, SocketAddress to) {
        try {
            datagrams.send(ByteBuffer.wrap(answer), to);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "an answer for a name was not sent", e);
        }
    }

    private void serveConnections() {
        while (connections.isOpen()) {
            try {
                Socket client = connections.accept().socket();
                if (room.tryAcquire()) {
                    Background.start("name", () -> serve(client));
                } else {
                    client.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a connection for names was not accepted", e);
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(PATIENCE_MILLIS);
            DataInputStream in = new DataInputStream(client.getInputStream());
            while (true) {
                byte[] answer = resolver.overConnection(Resolver.readFramed(in)).orElse(new byte[0]);
                if (answer.length == 0) {
                    return;
                }
                client.getOutputStream().write(Resolver.framed(answer));
            }
        } catch (IOException e) {
            // It has asked all that it wanted.
        } finally {
            room.release();
        }
    }

    @Override
    public void close() {
        try (datagrams;
                connections) {
            // Both, whatever one of them says.
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a name server was not closed", e);
        }
    }
}
