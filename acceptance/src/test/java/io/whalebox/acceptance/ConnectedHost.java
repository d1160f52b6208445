package io.whalebox.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A host with an engine, and another machine on its wire. A test class that registers one has it to itself, and each of
 * its tests begins with no containers and no networks but the default one.
 */
final class ConnectedHost implements AfterEachCallback, AfterAllCallback {
    private static final String SERVE =
            "mkdir /www; echo I am $(hostname) >/www/index.html; exec httpd -f -v -p 80 -h /www";

    private final Whalebox whalebox = Whalebox.withEngineOfItsOwn();
    private final OutsideHost outside = new OutsideHost();

    Whalebox whalebox() {
        return whalebox;
    }

    OutsideHost outside() {
        return outside;
    }

    /** Removes all containers, and all networks but the default one. */
    void clear() {
        whalebox.removeContainers();
        whalebox.command("network", "prune", "-f").run().successful();
    }

    /** Starts a web server that says who it is. */
    void serve(String name, String... options) {
        List<String> words = Stream.of(
                        Stream.of("run", "-d", "--name", name, "--hostname", name),
                        Stream.of(options),
                        Stream.of("busybox", "sh", "-c", SERVE))
                .flatMap(it -> it)
                .toList();
        whalebox.command(words.toArray(String[]::new)).run().successful();
        Eventually.await(() -> whalebox.command("exec", name, "wget", "-qO-", "http://127.0.0.1/")
                        .run()
                        .status()
                == 0);
    }

    String inspect(String name, String template) {
        return whalebox.inspect(template, name);
    }

    String address(String name) {
        return inspect(name, "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    }

    void network(String... words) {
        whalebox.command(Stream.concat(Stream.of("network"), Stream.of(words)).toArray(String[]::new))
                .run()
                .successful();
    }

    /** What a container on a network gets from a web server that it has to reach. */
    Command.Result get(String network, String url) {
        // Not the first process, whom no signal of its own ends.
        return whalebox.run("--init", "--network=" + network, "busybox", "timeout", "60", "wget", "-qO-", url);
    }

    /** Whether one reaches a web server, within the time that a packet needs. */
    boolean reaches(String network, String url) {
        return whalebox.run("--init", "--network=" + network, "busybox", "timeout", "2", "wget", "-qO-", url)
                        .status()
                == 0;
    }

    String inspectGateway(String network) {
        return whalebox.text("network", "inspect", "-f", "{{range .IPAM.Config}}{{.Gateway}}{{end}}", network);
    }

    /** The files of addresses that are taken, of all networks. */
    List<Path> leases() {
        return taken("/leases/");
    }

    /** The files of ports that are taken. */
    List<Path> ports() {
        return taken("/ports/");
    }

    private List<Path> taken(String directory) {
        try (Stream<Path> files = Files.walk(whalebox.store().resolve("networks"))) {
            return files.filter(file -> file.toString().contains(directory)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many containers have a wire to a bridge of this host. */
    long veths() {
        return links("veth");
    }

    /** How many interfaces this host has that are called so. */
    long links(String beginning) {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .filter(link -> link.getName().startsWith(beginning))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until nothing is left of containers on networks. */
    void awaitNothingLeft() {
        Eventually.await(() -> leases().isEmpty() && ports().isEmpty() && veths() == 0);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        clear();
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        whalebox.close();
        outside.close();
    }
}
