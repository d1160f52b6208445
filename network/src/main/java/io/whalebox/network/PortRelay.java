package io.whalebox.network;

import io.whalebox.linux.Loggers;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port of the host's whose packets the kernel can't rewrite: a program listens there, this one, and passes on what comes.
 * Whoever is behind it sees the host as its client.
 */
final class PortRelay implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.network");
    private static final int BACKLOG = 1024;
    private static final int LARGEST = 65535;
    private static final int CONNECT_MILLIS = 10_000;

    /** How long a sender of datagrams may be silent and still get answers; as long as Docker lets him. */
    private static final int SILENCE_MILLIS = 90_000;

    private final InetSocketAddress target;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    private PortRelay(PublishedPort port) {
        target = new InetSocketAddress(IpAddress.parse(port.address()).inet(), port.containerPort());
    }

    /** Relays what comes to a port until this is closed. */
    static PortRelay start(PublishedPort port) throws IOException {
        IpAddress address = port.relayAddress().orElseThrow();
        PortRelay relay = new PortRelay(port);
        if (port.protocol() == Protocol.UDP) {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address.inet(), port.hostPort()));
            relay.open.add(socket);
            Background.start("relay", () -> relay.passDatagrams(socket));
        } else {
            ServerSocket socket = new ServerSocket(port.hostPort(), BACKLOG, address.inet());
            relay.open.add(socket);
            Background.start("relay", () -> relay.accept(socket));
        }
        return relay;
    }

    private void accept(ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Background.start("relay", () -> pass(client));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "no connection was accepted at {0}: {1}", listener, e.getMessage());
            }
        }
    }

    private void pass(Socket client) {
        try (client;
                Socket server = new Socket()) {
            // A socket for all addresses of IPv6 hears those of IPv4 too, which are the kernel's to rewrite.
            if (client.getLocalAddress() instanceof Inet4Address) {
                return;
            }
            open.add(server);
            server.connect(target, CONNECT_MILLIS);
            Thread answers = Background.started("relay", () -> copy(server, client));
            copy(client, server);
            answers.join();
            open.remove(server);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection to {0} was not passed on: {1}", target, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    /** One direction; its end is passed on, and the other goes on. */
    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One of the two has gone without a word; then so does the other.
            close(from);
            close(to);
        }
    }

    private void passDatagrams(DatagramSocket socket) {
        Map<SocketAddress, DatagramSocket> senders = new ConcurrentHashMap<>();
        byte[] buffer = new byte[LARGEST];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                if (!(packet.getAddress() instanceof Inet4Address)) {
                    DatagramSocket way = way(socket, packet.getSocketAddress(), senders);
                    way.send(new DatagramPacket(buffer, packet.getLength(), target));
                }
            } catch (IOException e) {
                // Such as that nobody listens in the container now.
                LOG.log(System.Logger.Level.DEBUG, "a datagram to {0} was not passed on: {1}", target, e.getMessage());
            }
        }
    }

    private DatagramSocket way(DatagramSocket socket, SocketAddress sender, Map<SocketAddress, DatagramSocket> senders)
            throws IOException {
        DatagramSocket known = senders.get(sender);
        if (known != null && !known.isClosed()) {
            return known;
        }
        DatagramSocket way = new DatagramSocket();
        way.connect(target);
        way.setSoTimeout(SILENCE_MILLIS);
        open.add(way);
        senders.put(sender, way);
        Background.start("relay", () -> {
            try (way) {
                passAnswers(way, socket, sender);
            } finally {
                senders.remove(sender, way);
                open.remove(way);
            }
        });
        return way;
    }

    private static void passAnswers(DatagramSocket from, DatagramSocket to, SocketAddress receiver) {
        byte[] buffer = new byte[LARGEST];
        while (!from.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                from.receive(packet);
                to.send(new DatagramPacket(buffer, packet.getLength(), receiver));
            } catch (IOException e) {
                // It was silent for long enough, or it is over; the next datagram begins anew.
                return;
            }
        }
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a socket was not closed", e);
        }
    }

    @Override
    public void close() {
        open.forEach(PortRelay::close);
    }
}
