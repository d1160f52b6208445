package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The ports of the host that lead to containers: a file each, {@code networks/ports/tcp,8080,0.0.0.0}. Whoever takes one
 * holds the store's lock, since ports of one address and of all addresses shut each other out.
 */
final class HostPorts {
    private static final JsonFile<Lease> FILES = new JsonFile<>(Lease.class);

    /** Those that a user leaves the choice of; the kernel takes ports for connections from the same ones. */
    private static final int FIRST_CHOICE = 32768;

    private static final int LAST_CHOICE = 60999;

    private final Path directory;
    private final Predicate<String> inUse;

    HostPorts(Path directory, Predicate<String> inUse) {
        this.directory = directory;
        this.inUse = inUse;
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
        Optional<WhaleboxException> refusal = Optional.empty();
        for (int port = first; port <= last; port++) {
            Optional<WhaleboxException> taken = taken(wanted, port).or(() -> Optional.empty());
            if (taken.isEmpty()) {
                taken = listener(wanted, port);
            }
            if (taken.isEmpty()) {
                FILES.write(file(wanted.protocol(), port, wanted.address()), wanted.lease());
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

    private Optional<WhaleboxException> taken(Wanted wanted, int port) {
        for (String name : names(wanted.protocol() + "," + port + ",")) {
            Path file = directory.resolve(name);
            IpAddress address = IpAddress.parse(name.substring(name.lastIndexOf(',') + 1));
            boolean collides = address.isSix() == wanted.address().isSix()
                    && (address.isAny() || wanted.address().isAny() || address.equals(wanted.address()));
            Optional<Lease> holder = collides ? FILES.read(file) : Optional.empty();
            if (holder.isPresent() && !inUse.test(holder.get().container())) {
                delete(file);
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
                case SCTP -> {}
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

    private static String shown(IpAddress address, int port) {
        return (address.isSix() ? "[" + address + "]" : address.toString()) + ":" + port;
    }

    /** Gives one back, if it is still this container's. */
    void release(PublishedPort port, String container) {
        Path file = file(port.protocol(), port.hostPort(), IpAddress.parse(port.hostAddress()));
        if (FILES.read(file).filter(it -> it.container().equals(container)).isPresent()) {
            delete(file);
        }
    }

    /** Gives all back that containers have which do not run. */
    void releaseUnused() {
        for (String name : names("")) {
            Path file = directory.resolve(name);
            if (FILES.read(file).filter(it -> !inUse.test(it.container())).isPresent()) {
                delete(file);
            }
        }
    }

    private List<String> names(String prefix) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(prefix) && !name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private Path file(Protocol protocol, int port, IpAddress address) {
        return directory.resolve(protocol + "," + port + "," + address);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
