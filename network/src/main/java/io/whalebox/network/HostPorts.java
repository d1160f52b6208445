package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.TransportProtocol;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The ports of the host that lead to containers: a file each, {@code networks/ports/tcp,8080,0.0.0.0}. Whoever takes one
 * holds the store's lock, since ports of one address and of all addresses shut each other out.
 */
final class HostPorts {
    /** Those that a user leaves the choice of; the kernel takes ports for connections from the same ones. */
    private static final int FIRST_CHOICE = 32768;

    private static final int LAST_CHOICE = 60999;

    private final LeaseFiles files;

    HostPorts(Path directory, Predicate<String> inUse) {
        files = new LeaseFiles(directory, inUse);
    }

    /** A host's port and who wants it. */
    record Wanted(Protocol protocol, IpAddress address, int first, int last, Lease lease) {}

    /**
     * Takes a port.
     *
     * @return which one
     * @throws WhaleboxException CONFLICT when all that will do are taken, naming by whom
     */
    int take(Wanted wanted) {
        boolean free = wanted.first() == 0;
        int first = free ? FIRST_CHOICE : wanted.first();
        int last = free ? LAST_CHOICE : wanted.last();
        List<String> others = files.names().orElse(List.of());
        Optional<WhaleboxException> refusal = Optional.empty();
        for (int port = first; port <= last; port++) {
            int wantedPort = port;
            Optional<WhaleboxException> taken = taken(wanted, port, others).or(() -> listener(wanted, wantedPort));
            if (taken.isEmpty()) {
                files.write(name(wanted.protocol(), port, wanted.address()), wanted.lease());
                return port;
            }
            refusal = taken;
        }
        throw refusal.filter(_ -> first == last)
                .orElseGet(() -> new WhaleboxException(
                        ErrorKind.CONFLICT,
                        "all ports are allocated: none of " + first + " to " + last + "/" + wanted.protocol()
                                + " is free on " + wanted.address()));
    }

    private Optional<WhaleboxException> taken(Wanted wanted, int port, List<String> others) {
        for (String name : others) {
            if (!name.startsWith(wanted.protocol() + "," + port + ",")) {
                continue;
            }
            IpAddress address = IpAddress.parse(name.substring(name.lastIndexOf(',') + 1));
            boolean collides = address.isSix() == wanted.address().isSix()
                    && (address.isAny() || wanted.address().isAny() || address.equals(wanted.address()));
            Optional<Lease> holder = collides ? files.find(name) : Optional.empty();
            if (holder.isPresent() && !files.isInUse(holder.get())) {
                files.release(name, holder.get().container());
            } else if (holder.isPresent()) {
                return Optional.of(new WhaleboxException(
                        ErrorKind.CONFLICT,
                        "Bind for " + shown(wanted.address(), port)
                                + " failed: port is already allocated (to container "
                                + holder.get().names().getFirst() + ")"));
            }
        }
        return Optional.empty();
    }

    /** A program of the host's that listens there would hear nothing any more, and nobody would know why. */
    private static Optional<WhaleboxException> listener(Wanted wanted, int port) {
        InetSocketAddress place = new InetSocketAddress(wanted.address().inet(), port);
        try {
            switch (wanted.protocol()) {
                case TCP -> new ServerSocket(port, 1, wanted.address().inet()).close();
                case UDP -> new DatagramSocket(place).close();
                // Java has no sockets of it to try with.
                case SCTP -> requireKnown(wanted.protocol());
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "failed to bind host port " + shown(wanted.address(), port) + "/" + wanted.protocol() + ": "
                            + (String.valueOf(e.getMessage()).contains("in use")
                                    ? "address already in use (by a program of the host)"
                                    : String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ")),
                    e));
        }
    }

    private static void requireKnown(Protocol protocol) {
        if (!TransportProtocol.exists(protocol.number())) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "cannot publish a port of " + protocol + ": this kernel lacks that protocol (its module " + protocol
                            + " is not there)");
        }
    }

    private static String shown(IpAddress address, int port) {
        return (address.isSix() ? "[" + address + "]" : address.toString()) + ":" + port;
    }

    /** Gives one back, if it is still this container's. */
    void release(PublishedPort port, String container) {
        files.release(name(port.protocol(), port.hostPort(), IpAddress.parse(port.hostAddress())), container);
    }

    /** Gives all back that containers have which do not run. */
    void releaseUnused() {
        files.releaseUnused();
    }

    private static String name(Protocol protocol, int port, IpAddress address) {
        return protocol + "," + port + "," + address;
    }
}
