package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.ListedContainer;
import io.whalebox.network.ExposedPort;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The ports of containers as lists show them. */
final class ContainerPorts {
    private ContainerPorts() {}

    /** Those that a running container's program listens on, as far as its image or its user says so. */
    static Collection<String> exposed(ListedContainer listed) {
        ContainerRecord container = listed.container();
        Set<String> ports = new TreeSet<>();
        if (listed.status().isActive()) {
            ports.addAll(container.config().defaults().exposedPorts());
            container.spec().isolation().network().exposed().stream()
                    .map(ExposedPort::toString)
                    .forEach(ports::add);
        }
        return ports;
    }

    static String text(ListedContainer listed) {
        return exposed(listed).stream().collect(Collectors.joining(", "));
    }
}
