package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.network.ContainerNetwork;
import io.whalebox.network.ExposedPort;
import io.whalebox.network.PublishedPort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code whalebox port}, and how ports are listed. */
final class PortCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("port", "container port");
    }

    @Override
    public String synopsis() {
        return "CONTAINER [PORT[/PROTOCOL]]";
    }

    @Override
    public String summary() {
        return "Show which ports of the host lead to a container";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 2);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            String name = line.arguments().getFirst();
            ContainerRecord container = engine.find(name);
            List<PublishedPort> ports = sorted(engine.networks().find(container));
            if (line.arguments().size() == 1) {
                ports.forEach(port -> console.out().println(port.inside() + " -> " + outside(port)));
                return 0;
            }
            ExposedPort wanted = PortFlag.expose(line.arguments().get(1)).getFirst();
            List<PublishedPort> found = ports.stream()
                    .filter(port -> port.inside().equals(wanted.toString()))
                    .toList();
            if (found.isEmpty()) {
                throw Strconv.invalid("no public port '" + wanted + "' published for " + name);
            }
            found.forEach(port -> console.out().println(outside(port)));
            return 0;
        }
    }

    private static List<PublishedPort> sorted(Optional<ContainerNetwork> network) {
        return network.map(ContainerNetwork::ports).orElse(List.of()).stream()
                .sorted(Comparator.comparingInt(PublishedPort::containerPort)
                        .thenComparing(PublishedPort::protocol)
                        .thenComparing(PublishedPort::hostAddress))
                .toList();
    }

    private static String outside(PublishedPort port) {
        String address = port.hostAddress();
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port.hostPort();
    }

    /** The column of a list: {@code 0.0.0.0:8080->80/tcp, 443/tcp}. */
    static String column(Optional<ContainerNetwork> network) {
        List<String> words = new ArrayList<>();
        List<PublishedPort> ports = sorted(network);
        ports.forEach(port -> words.add(outside(port) + "->" + port.inside()));
        network.map(ContainerNetwork::exposed).orElse(List.of()).stream()
                .filter(exposed ->
                        ports.stream().noneMatch(port -> port.inside().equals(exposed)))
                .forEach(words::add);
        return String.join(", ", words);
    }
}
