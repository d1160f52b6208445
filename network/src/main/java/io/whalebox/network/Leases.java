package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The addresses of a network that are taken. */
final class Leases {
    private final NetworkRecord network;
    private final LeaseFiles files;

    /**
     * @param inUse whether a container's id is that of one that runs or is being made
     */
    Leases(NetworkRecord network, Path directory, Predicate<String> inUse) {
        this.network = network;
        files = new LeaseFiles(directory, inUse);
    }

    Path directory() {
        return files.directory();
    }

    /** Gives out the lowest address that is free. */
    IpAddress take(AddressPool pool, Lease lease) {
        return tryTake(pool, lease)
                .or(() -> {
                    // Nobody may have come by since some of those ended that have them.
                    releaseUnused();
                    return tryTake(pool, lease);
                })
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "no available IPv" + (pool.isSix() ? 6 : 4) + " addresses on this network's address pools: "
                                + network.name() + " (" + network.id() + ")"));
    }

    private Optional<IpAddress> tryTake(AddressPool pool, Lease lease) {
        Set<String> taken = new HashSet<>(names());
        taken.add(pool.gateway());
        taken.addAll(pool.auxiliary().values());
        Subnet all = pool.addresses();
        Subnet given = pool.given();
        // The first names the subnet; the last of IPv4 means everybody in it.
        IpAddress end = given.last();
        for (IpAddress next = given.first(); next.compareTo(end) <= 0; next = next.plus(1)) {
            boolean special = next.equals(all.first()) || (!next.isSix() && next.equals(all.last()));
            if (!special && !taken.contains(next.toString()) && claim(next, lease)) {
                return Optional.of(next);
            }
            if (next.number().equals(BigInteger.TWO.pow(next.isSix() ? 128 : 32).subtract(BigInteger.ONE))) {
                break;
            }
        }
        return Optional.empty();
    }

    /** Gives out one that the user chose. */
    void take(AddressPool pool, IpAddress address, Lease lease) {
        boolean special = address.equals(pool.gatewayAddress())
                || pool.auxiliary().containsValue(address.toString())
                || address.equals(pool.addresses().first())
                || (!address.isSix() && address.equals(pool.addresses().last()));
        if (special || (!claim(address, lease) && !reclaim(address, lease))) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "Address already in use: " + address + " on network " + network.name() + owner(address));
        }
    }

    private boolean reclaim(IpAddress address, Lease lease) {
        releaseUnused();
        return claim(address, lease);
    }

    private String owner(IpAddress address) {
        return files.find(address.toString())
                .map(lease -> " is that of container " + lease.names().getFirst())
                .orElse(" is not for containers");
    }

    private boolean claim(IpAddress address, Lease lease) {
        return files.claim(address.toString(), lease);
    }

    /** Changes the names that go with an address. */
    void rewrite(IpAddress address, Lease lease) {
        files.write(address.toString(), lease);
    }

    /** Takes an address back, if it is still this container's. */
    void release(IpAddress address, String container) {
        files.release(address.toString(), container);
    }

    /** Takes back all addresses of containers that do not run. */
    void releaseUnused() {
        files.releaseUnused();
    }

    /** All that is taken. */
    Map<IpAddress, Lease> list() {
        Map<IpAddress, Lease> all = new TreeMap<>();
        for (String name : names()) {
            files.find(name).ifPresent(lease -> all.put(IpAddress.parse(name), lease));
        }
        return all;
    }

    private List<String> names() {
        return files.names()
                .orElseThrow(
                        () -> new WhaleboxException(ErrorKind.NOT_FOUND, "network " + network.name() + " not found"));
    }
}
