package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.List;

/** Whom a container asks for names, and how (resolv.conf(5)); what is empty is as on the host. */
@Json
public record DnsSpec(List<String> servers, List<String> search, List<String> options) {
    /** All as on the host. */
    public static final DnsSpec OF_HOST = new DnsSpec(List.of(), List.of(), List.of());

    public DnsSpec {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
        options = List.copyOf(options);
    }
}
