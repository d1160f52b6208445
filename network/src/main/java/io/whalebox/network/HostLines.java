package io.whalebox.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The lines of a container's hosts(5) that its network decides. */
final class HostLines {
    private HostLines() {}

    static List<String> of(Member member, NetworkSpec spec, ContainerNetwork network) {
        List<String> lines = new ArrayList<>();
        Optional<String> gateway = network.outward()
                .map(Endpoint::gateway)
                .or(() -> network.endpoints().stream().map(Endpoint::ip).findFirst());
        for (HostEntry entry : spec.hosts()) {
            String address = entry.address().equals(HostEntry.GATEWAY) ? gateway.orElse("127.0.0.1") : entry.address();
            lines.add(address + "\t" + entry.name());
        }
        network.endpoints().forEach(endpoint -> lines.addAll(of(member, endpoint)));
        return lines;
    }

    /** Those of one place, by which the container finds itself there. */
    static List<String> of(Member member, Endpoint place) {
        String names = member.domainname()
                        .map(domain -> member.hostname() + "." + domain + " ")
                        .orElse("")
                + member.hostname();
        return Stream.of(place.ip(), place.ip6())
                .filter(address -> !address.isEmpty())
                .map(address -> address + "\t" + names)
                .toList();
    }
}
