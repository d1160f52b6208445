package io.whalebox.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        String names = member.domainname()
                        .map(domain -> member.hostname() + "." + domain + " ")
                        .orElse("")
                + member.hostname();
        for (Endpoint endpoint : network.endpoints()) {
            for (String address : List.of(endpoint.ip(), endpoint.ip6())) {
                if (!address.isEmpty()) {
                    lines.add(address + "\t" + names);
                }
            }
        }
        return lines;
    }
}
