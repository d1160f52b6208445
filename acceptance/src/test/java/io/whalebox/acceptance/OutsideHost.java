package io.whalebox.acceptance;

import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.netlink.Links;
import io.whalebox.linux.netlink.RouteSocket;
import io.whalebox.linux.netlink.Routes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Another machine on the wire of the tests' host, which is the network namespace that the tests run in: a namespace, with
 * a pair of interfaces between.
 */
final class OutsideHost implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int PATIENCE_MILLIS = 60_000;

    private final int number = COUNT.incrementAndGet();
    private final NetworkNamespace namespace = NetworkNamespace.create();

    OutsideHost() {
        String link = "out" + number;
        try (RouteSocket host = RouteSocket.open()) {
            host.execute(Links.addVeth(
                    link,
                    0,
                    1500,
                    new Links.Peer("eth0", "02:00:00:00:00:" + "%02x".formatted(number), namespace.fd())));
            int index = host.find(link).orElseThrow().index();
            host.execute(
                    Routes.addAddress(index, address(1), 24),
                    Routes.addAddress(index, address6(1), 64),
                    Links.up(index));
        }
        var _ = namespace.call(() -> {
            try (RouteSocket inside = RouteSocket.open()) {
                int index = inside.find("eth0").orElseThrow().index();
                inside.execute(
                        Links.up(inside.find("lo").orElseThrow().index()),
                        Routes.addAddress(index, address(2), 24),
                        Routes.addAddress(index, address6(2), 64),
                        Links.up(index),
                        // As a neighbour would who means no good.
                        Routes.addDefault(index, address(1)));
                return index;
            }
        });
    }

    private byte[] address(int last) {
        return new byte[] {(byte) 198, 18, (byte) number, (byte) last};
    }

    private byte[] address6(int last) {
        byte[] address = new byte[16];
        address[0] = (byte) 0xfd;
        address[1] = (byte) 0x98;
        address[7] = (byte) number;
        address[15] = (byte) last;
        return address;
    }

    /** The host's interface on the wire to this machine. */
    String link() {
        return "out" + number;
    }

    /** Where this one finds the tests' host. */
    String hostAddress() {
        return "198.18." + number + ".1";
    }

    /** The same by IPv6. */
    String hostAddress6() {
        return "fd98:0:0:" + Integer.toHexString(number) + "::1";
    }

    /** Where it is found itself. */
    String ownAddress() {
        return "198.18." + number + ".2";
    }

    /** What a web server says to this machine. */
    String get(String address, int port) {
        return namespace.call(() -> fetch(address, port));
    }

    /** Whether this machine can open a connection, within the time that others need to refuse it. */
    boolean reaches(String address, int port, int millis) {
        return namespace.call(() -> connects(address, port, millis));
    }

    /** What a web server says to the machine of the thread that asks; empty when there is none. */
    static String fetch(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    /** Sends back what comes to a port of the network that a process is in. */
    static DatagramSocket echo(int process, int port) {
        try (NetworkNamespace inside = NetworkNamespace.ofProcess(process)) {
            return inside.call(() -> {
                try {
                    DatagramSocket server = new DatagramSocket(port, InetAddress.ofLiteral("0.0.0.0"));
                    Thread.ofVirtual().start(() -> echo(server));
                    return server;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void echo(DatagramSocket server) {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        while (!server.isClosed()) {
            try {
                server.receive(packet);
                server.send(packet);
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    /** Answers each connection to a port of the network that a process is in. */
    static ServerSocket answerIn(int process, int port, String line) {
        try (NetworkNamespace inside = NetworkNamespace.ofProcess(process)) {
            return inside.call(() -> {
                try {
                    ServerSocket server = new ServerSocket(port, 1024, InetAddress.ofLiteral("0.0.0.0"));
                    Thread.ofVirtual().start(() -> answer(server, line));
                    return server;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** Whether what is sent there comes back; datagrams may be lost. */
    boolean echoes(String address, int port) {
        try (DatagramSocket socket = sender(address, port)) {
            return echoes(socket);
        }
    }

    /** One that sends to an address, always from the same port. */
    DatagramSocket sender(String address, int port) {
        return namespace.call(() -> {
            try {
                DatagramSocket socket = new DatagramSocket();
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port));
                socket.setSoTimeout(1000);
                return socket;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static boolean echoes(DatagramSocket socket) {
        try {
            socket.send(new DatagramPacket(new byte[] {'x'}, 1));
            DatagramPacket answer = new DatagramPacket(new byte[16], 16);
            socket.receive(answer);
            return answer.getLength() == 1 && answer.getData()[0] == 'x';
        } catch (IOException e) {
            return false;
        }
    }

    /** How many of that many connections, one after the other, are answered. */
    int answered(String address, int port, int count) {
        return namespace.call(() -> {
            int answered = 0;
            for (int i = 0; i < count; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MILLIS);
                    socket.setSoTimeout(PATIENCE_MILLIS);
                    answered += socket.getInputStream().readAllBytes().length > 0 ? 1 : 0;
                } catch (IOException e) {
                    // It is not counted.
                }
            }
            return answered;
        });
    }

    private static boolean connects(String address, int port, int millis) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), millis);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Has this machine answer each connection with a line, and close it. */
    ServerSocket answer(int port, String line) {
        return namespace.call(() -> {
            try {
                ServerSocket server = new ServerSocket(port, 50, InetAddress.ofLiteral(ownAddress()));
                Thread.ofVirtual().start(() -> answer(server, line));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void answer(ServerSocket server, String line) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getOutputStream()
                        .write((line + " " + client.getInetAddress().getHostAddress() + "\n")
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    @Override
    public void close() {
        namespace.close();
    }
}
