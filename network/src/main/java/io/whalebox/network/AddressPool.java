package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.Map;
import java.util.Optional;

/**
 * Where the addresses of a network come from, as it is written down.
 *
 * @param subnet such as {@code 172.17.0.0/16}
 * @param range the part of it that containers get addresses of, if not all
 * @param gateway the address of the host on it
 * @param auxiliary addresses that others have, by what they are called
 */
@Json
public record AddressPool(String subnet, Optional<String> range, String gateway, Map<String, String> auxiliary) {
    public AddressPool {
        auxiliary = Map.copyOf(auxiliary);
    }

    Subnet addresses() {
        return Subnet.parse(subnet);
    }

    Subnet given() {
        return range.map(Subnet::parse).orElseGet(this::addresses);
    }

    IpAddress gatewayAddress() {
        return IpAddress.parse(gateway);
    }

    boolean isSix() {
        return addresses().isSix();
    }
}
