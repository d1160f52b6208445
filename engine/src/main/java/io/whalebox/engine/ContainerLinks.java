package io.whalebox.engine;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.ContainerNetwork;
import io.whalebox.network.Endpoint;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.LinkSpec;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Links between containers of the default network, which has no names: lines in the hosts(5) of one with the addresses
 * of others. Who links to a container is noted in that one's directory ({@code containers/ID/linked/ID}), so that when it
 * is started again, and has another address, its few followers are told, and nobody else is looked at.
 */
final class ContainerLinks {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Engine engine;

    ContainerLinks(Engine engine) {
        this.engine = engine;
    }

    /**
     * Puts ids in place of what a user calls the containers that he links to.
     *
     * @throws WhaleboxException for one that does not exist
     */
    ContainerSpec complete(ContainerSpec wanted) {
        NetworkSpec network = wanted.isolation().network();
        if (links(network).isEmpty()) {
            return wanted;
        }
        NetworkMode.Attached attached = (NetworkMode.Attached) network.mode();
        return wanted.with(network.with(new NetworkMode.Attached(attached.endpoints().stream()
                .map(endpoint -> endpoint.isOnDefault()
                        ? endpoint.linkedTo(
                                endpoint.links().stream().map(this::complete).toList())
                        : endpoint)
                .toList())));
    }

    private LinkSpec complete(LinkSpec link) {
        try {
            return new LinkSpec(engine.find(link.container()).id(), link.alias());
        } catch (WhaleboxException e) {
            throw new WhaleboxException(
                    e.kind(), "could not get container for " + link.container() + ": " + e.getMessage(), e);
        }
    }

    /** Those of the default network; on others they are names that the name server answers. */
    private static List<LinkSpec> links(NetworkSpec network) {
        return network.mode() instanceof NetworkMode.Attached attached
                ? attached.endpoints().stream()
                        .filter(EndpointSpec::isOnDefault)
                        .flatMap(endpoint -> endpoint.links().stream())
                        .toList()
                : List.of();
    }

    List<String> shown(ContainerRecord container) {
        return links(container.spec().isolation().network()).stream()
                .flatMap(link -> engine
                        .containerStore()
                        .find(link.container())
                        .map(other -> "/" + other.name() + ":/" + container.name() + "/" + link.alias())
                        .stream())
                .toList();
    }

    /**
     * The lines for a container that is about to be started.
     *
     * @throws WhaleboxException when one that it links to does not run
     */
    List<String> lines(ContainerRecord container) {
        List<String> lines = new ArrayList<>();
        for (LinkSpec link : links(container.spec().isolation().network())) {
            Optional<ContainerRecord> found = engine.containerStore().find(link.container());
            // As in Docker, the links to one go with it.
            if (found.isPresent()) {
                note(link, container);
                lines.addAll(lines(link, target(found.get(), link, container)));
            }
        }
        return lines;
    }

    private ContainerNetwork target(ContainerRecord other, LinkSpec link, ContainerRecord container) {
        if (!engine.isRunning(other)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "Cannot link to a non running container: /" + other.name() + " AS /" + container.name() + "/"
                            + link.alias());
        }
        return engine.networks()
                .find(other)
                .filter(network -> place(network).isPresent())
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.INVALID,
                        "Cannot link to /" + other.name() + ", as it does not belong to the default network"));
    }

    private static Optional<Endpoint> place(ContainerNetwork network) {
        return network.endpoints().stream()
                .filter(endpoint -> endpoint.networkName().equals(NetworkSpec.DEFAULT_NETWORK))
                .findFirst();
    }

    private static List<String> lines(LinkSpec link, ContainerNetwork other) {
        String names = names(link, other) + (link.alias().equals(other.name()) ? "" : " " + other.name());
        return place(other).stream()
                .flatMap(endpoint -> Stream.of(endpoint.ip(), endpoint.ip6()))
                .filter(address -> !address.isEmpty())
                .map(address -> address + "\t" + names)
                .toList();
    }

    private static String names(LinkSpec link, ContainerNetwork other) {
        return link.alias() + " " + other.hostname();
    }

    private void note(LinkSpec link, ContainerRecord follower) {
        try {
            Path followers = Files.createDirectories(followers(link.container()));
            Files.writeString(followers.resolve(follower.id()), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path followers(String id) {
        return engine.home().container(id).resolve("linked");
    }

    /** Tells the containers that link to one, and run, where it is now. */
    void tellFollowers(ContainerRecord container) {
        try (DirectoryStream<Path> followers = Files.newDirectoryStream(followers(container.id()))) {
            for (Path note : followers) {
                Optional<ContainerRecord> follower =
                        engine.containerStore().find(note.getFileName().toString());
                if (follower.isEmpty()) {
                    Files.deleteIfExists(note);
                } else if (engine.isRunning(follower.get())) {
                    tell(follower.get(), container);
                }
            }
        } catch (NoSuchFileException e) {
            // Nobody does.
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "links to container " + container.id() + " are out of date", e);
        }
    }

    private void tell(ContainerRecord follower, ContainerRecord container) {
        Optional<ContainerNetwork> network = engine.networks().find(container);
        new LiveFiles(engine.home().container(follower.id())).changeHosts(lines -> {
            for (LinkSpec link : links(follower.spec().isolation().network())) {
                if (network.isPresent() && link.container().equals(container.id())) {
                    String names = names(link, network.get());
                    lines.removeIf(line -> line.endsWith("\t" + names) || line.contains("\t" + names + " "));
                    lines.addAll(lines(link, network.get()));
                }
            }
        });
    }
}
