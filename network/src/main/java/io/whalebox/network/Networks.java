package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.linux.netlink.FilterEvents;
import io.whalebox.linux.netlink.FilterSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The networks of a store. Nothing of the host is touched, nor is anything asked of its kernel, before a container is to
 * be connected to one or a user makes one.
 *
 * <p>Of the host a bridge network has an interface, its part of the one table of packet filters, and the switch that lets
 * it forward packets. All of that follows from what is written down, and is made anew when it is found missing.
 */
public final class Networks {
    private static final System.Logger LOG = Loggers.named("io.whalebox.network");
    private static final Path USUAL_STORE = Path.of("/var/lib/whalebox");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    /** Networks that are no networks of the store's, and always there. */
    private static final Set<String> RESERVED = Set.of("host", "none", "container", NetworkSpec.DEFAULT_NETWORK);

    private final boolean usual;
    private final NetworkStore store;
    private final Firewall firewall;
    private final HostPorts ports;
    private final Supplier<Collection<PublishedPort>> published;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile boolean staying;

    /**
     * The networks of a store.
     *
     * @param root the store's directory
     * @param inUse whether a container's id is that of one that runs or is being made
     * @param published the ports of all containers that run
     */
    Networks(Path root, Predicate<String> inUse, Supplier<Collection<PublishedPort>> published) {
        this.usual = root.equals(USUAL_STORE);
        this.store = new NetworkStore(root.resolve("networks"), inUse);
        this.firewall = new Firewall(usual ? "whalebox" : "whalebox-" + digits(root));
        this.ports = new HostPorts(root.resolve("networks").resolve("ports"), inUse);
        this.published = published;
    }

    /** Tells the stores of one machine apart. */
    private static String digits(Path root) {
        CRC32 sum = new CRC32();
        sum.update(root.toString().getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(sum.getValue());
    }

    /** All networks, and what stands for the host's own and for none. */
    public List<NetworkRecord> all() {
        List<NetworkRecord> all = new ArrayList<>(list());
        all.add(pretended("host", NetworkRecord.HOST));
        all.add(pretended("none", NetworkRecord.NONE));
        return all;
    }

    /** A network that is none, with an id that goes with the store's default network. */
    private NetworkRecord pretended(String name, String driver) {
        NetworkRecord base = defaultNetwork();
        String id = base.id().substring(0, 62) + (driver.equals(NetworkRecord.HOST) ? "01" : "02");
        return new NetworkRecord(
                new StringBuilder(id).reverse().toString(),
                name,
                driver,
                base.created(),
                "",
                false,
                false,
                false,
                false,
                List.of(),
                Map.of(),
                Map.of());
    }

    /** All networks that containers can be connected to, the oldest first, and the default one always. */
    public List<NetworkRecord> list() {
        defaultNetwork();
        return store.list();
    }

    /**
     * Finds a network by its name, its id, or a unique prefix of that.
     *
     * @throws WhaleboxException NOT_FOUND
     */
    public NetworkRecord find(String nameOrId) {
        if (nameOrId.equals(NetworkSpec.DEFAULT_NETWORK)) {
            return defaultNetwork();
        }
        if (nameOrId.equals("host") || nameOrId.equals("none")) {
            return pretended(nameOrId, nameOrId.equals("host") ? NetworkRecord.HOST : NetworkRecord.NONE);
        }
        return store.find(nameOrId)
                .orElseThrow(() -> new WhaleboxException(ErrorKind.NOT_FOUND, "network " + nameOrId + " not found"));
    }

    /** Who is on a network: addresses with the containers that have them. */
    public Map<String, String> addresses(NetworkRecord network) {
        Map<String, String> addresses = new TreeMap<>();
        if (!network.pools().isEmpty()) {
            store.leases(network)
                    .list()
                    .forEach((address, lease) -> addresses.put(address.toString(), lease.container()));
        }
        return addresses;
    }

    private NetworkRecord defaultNetwork() {
        Optional<NetworkRecord> there = store.find(NetworkSpec.DEFAULT_NETWORK);
        if (there.isPresent()) {
            return there.get();
        }
        try (FileLock _ = store.lock()) {
            return store.find(NetworkSpec.DEFAULT_NETWORK)
                    .orElseGet(() -> add(NetworkCreation.bridge(NetworkSpec.DEFAULT_NETWORK)));
        }
    }

    /**
     * Makes a network.
     *
     * @throws WhaleboxException CONFLICT for a name that is taken, INVALID or DENIED for addresses that can't be had
     */
    public NetworkRecord create(NetworkCreation wanted) {
        if (!NAME.matcher(wanted.name()).matches()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "invalid network name \"" + wanted.name() + "\": only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        if (RESERVED.contains(wanted.name())) {
            throw new WhaleboxException(
                    ErrorKind.DENIED, "operation is not permitted on predefined " + wanted.name() + " network");
        }
        defaultNetwork();
        NetworkRecord network;
        try (FileLock _ = store.lock()) {
            if (store.list().stream().anyMatch(it -> it.name().equals(wanted.name()))) {
                throw new WhaleboxException(
                        ErrorKind.CONFLICT, "network with name " + wanted.name() + " already exists");
            }
            network = add(wanted);
        }
        try {
            prepare(network);
            return network;
        } catch (RuntimeException e) {
            try (FileLock _ = store.lock()) {
                store.remove(network);
            } catch (RuntimeException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }

    private NetworkRecord add(NetworkCreation wanted) {
        String id = Randomness.hex(32);
        boolean bridge = wanted.driver().equals(NetworkRecord.BRIDGE);
        DriverOptions.requireDriver(wanted.driver());
        String link = bridge ? bridgeName(wanted, id) : parent(wanted);
        List<AddressPool> pools = new PoolPlan(wanted, store.list(), Wires.usedByHost()).pools();
        NetworkRecord network = new NetworkRecord(
                id,
                wanted.name(),
                wanted.driver(),
                Instant.now().toString(),
                link,
                wanted.internal(),
                wanted.attachable(),
                wanted.six(),
                !wanted.subnets().isEmpty(),
                pools,
                wanted.options(),
                wanted.labels());
        DriverOptions.check(network);
        if (!bridge) {
            Wires.requireKind(network);
        }
        store.add(network);
        return network;
    }

    private String bridgeName(NetworkCreation wanted, String id) {
        String chosen = wanted.options().get(NetworkRecord.LINK);
        if (chosen == null) {
            return wanted.name().equals(NetworkSpec.DEFAULT_NETWORK) && usual ? "wbx0" : "wb-" + id.substring(0, 12);
        }
        if (DriverOptions.isLink(chosen)
                && (Wires.exists(chosen)
                        || store.list().stream().anyMatch(it -> it.link().equals(chosen)))) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT, "network with bridge name " + chosen + " already exists: choose another");
        }
        return chosen;
    }

    private static String parent(NetworkCreation wanted) {
        String parent = wanted.options().getOrDefault(NetworkRecord.PARENT, "");
        if (parent.isEmpty() || !Wires.exists(parent)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    parent.isEmpty()
                            ? wanted.driver() + " networks need an interface of the host: name it by -o parent=NAME"
                            : "the host has no interface " + parent + " to be the parent of a network");
        }
        return parent;
    }

    /** Has the host ready for containers on a network; what is there stays as it is. */
    void prepare(NetworkRecord network) {
        if (!network.isBridge() || (Wires.exists(network.link()) && firewall.isBuilt())) {
            return;
        }
        try (FileLock _ = store.lock()) {
            // The rules come first: no packet ever finds the bridge without them.
            letForward(network);
            build();
            Wires.makeBridge(network);
        }
        if (staying) {
            watch();
        }
        warnOfOthers(network);
    }

    /** What another table drops no rule of ours can let pass, and a user who does not know searches long. */
    private void warnOfOthers(NetworkRecord network) {
        List<FilterSocket.Chain> dropping;
        try {
            dropping = firewall.othersThatDrop();
        } catch (WhaleboxException e) {
            LOG.log(System.Logger.Level.DEBUG, "it is not known what the host's firewall drops", e);
            return;
        }
        if (!dropping.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "packets that this host forwards are dropped by its firewall (nft list chain {0}), also those of"
                            + " containers on network {1}, unless a rule there accepts what comes from and goes to the"
                            + " interface {2}",
                    dropping.getFirst(),
                    network.name(),
                    network.link());
        }
    }

    /** Says that this process stays, and so looks after the host's part of the networks, if there is any yet. */
    public void stay() {
        staying = true;
        if (hasBridge()) {
            watch();
        }
    }

    /**
     * From now on, as long as this process lives, makes the packet filter anew whenever somebody takes it away, such as a
     * firewall that starts again (CVE-2025-54388). The command that happens to begin this is soon over, and its log with it:
     * the thread has nothing of that.
     */
    void watch() {
        if (watching.compareAndSet(false, true)) {
            Thread.ofPlatform()
                    .name("packet-filter")
                    .inheritInheritableThreadLocals(false)
                    .daemon()
                    .start(() -> {
                        try (FilterEvents events = FilterEvents.open()) {
                            while (true) {
                                // Looked after before the first wait, too: it may be gone already.
                                if (hasBridge() && !firewall.isBuilt()) {
                                    LOG.log(
                                            System.Logger.Level.WARNING,
                                            "the packet filter was emptied: it is made anew");
                                    rebuild();
                                }
                                events.await();
                            }
                        } catch (RuntimeException e) {
                            LOG.log(System.Logger.Level.WARNING, "the packet filter is not watched any more", e);
                        }
                    });
        }
    }

    private boolean hasBridge() {
        return store.list().stream().anyMatch(network -> network.isBridge() && Wires.exists(network.link()));
    }

    /** Makes the packet filter anew from what is written down; the lock is held. */
    private void build() {
        firewall.build(store.list(), published.get(), !forwardsForUs());
    }

    private void letForward(NetworkRecord network) {
        List<String> switches = new ArrayList<>(List.of("ipv4/ip_forward"));
        if (network.six()) {
            switches.add("ipv6/conf/all/forwarding");
        }
        for (String name : switches) {
            if (KernelSwitch.set(name, true)) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "net/{0} is on from now on, and the host forwards nothing but what is of container networks",
                        name);
                writeBoot();
            }
        }
    }

    /** That the host forwards for Whalebox's sake is true until it is started anew. */
    private void writeBoot() {
        try {
            Files.writeString(forwarding(), boot());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean forwardsForUs() {
        try {
            return Files.readString(forwarding()).equals(boot());
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path forwarding() {
        return store.directory().resolve("forwarding");
    }

    private static String boot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    /** Makes ports lead to containers. */
    void publish(NetworkRecord network, Collection<PublishedPort> added) {
        if (added.stream().anyMatch(port -> isForLoopback(IpAddress.parse(port.hostAddress())))) {
            // The host's packets to its own loopback address are to leave by the bridge, and the answers to come in.
            KernelSwitch.set("ipv4/conf/" + network.link() + "/route_localnet", true);
        }
        if (!firewall.publish(added)) {
            rebuild();
        }
        Flows.forget(added);
    }

    private static boolean isForLoopback(IpAddress address) {
        return !address.isSix() && (address.isAny() || address.isLoopback());
    }

    /** Ends that. */
    void withdraw(Collection<PublishedPort> ports) {
        if (!firewall.withdraw(ports)) {
            rebuild();
        }
        Flows.forget(ports);
    }

    /** Makes the packet filter anew, as after somebody has emptied it. */
    void rebuild() {
        try (FileLock _ = store.lock()) {
            build();
        }
    }

    /**
     * Removes a network.
     *
     * @throws WhaleboxException DENIED for one that containers are on, or the default one
     */
    public void remove(NetworkRecord network) {
        if (network.isPredefined()) {
            throw new WhaleboxException(
                    ErrorKind.DENIED, network.name() + " is a pre-defined network and cannot be removed");
        }
        try (FileLock _ = store.lock()) {
            Leases leases = store.leases(network);
            leases.releaseUnused();
            if (!leases.list().isEmpty()) {
                throw NetworkStore.inUse(network, leases);
            }
            store.remove(network);
            if (network.isBridge()) {
                Wires.delete(network.link());
                build();
            }
        }
    }

    /** Takes back what containers still have that do not run any more. */
    void recover() {
        if (!store.isThere()) {
            return;
        }
        try (FileLock _ = store.lock()) {
            store.sweep();
            ports.releaseUnused();
            store.list().forEach(network -> store.leases(network).releaseUnused());
            if (hasBridge()) {
                build();
            }
        }
    }

    NetworkStore store() {
        return store;
    }

    HostPorts ports() {
        return ports;
    }
}
