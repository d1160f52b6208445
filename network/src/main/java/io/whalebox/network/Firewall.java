package io.whalebox.network;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.linux.netlink.FilterSocket;
import io.whalebox.linux.netlink.FilterTable;
import io.whalebox.linux.netlink.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The one table of packet filters that is a store's own. Other tables are left alone, whosever they are. */
final class Firewall {
    /** There while the kernel has legacy iptables. */
    private static final Path LEGACY = Path.of("/proc/net/ip_tables_names");

    private final FilterTable table;

    Firewall(String table) {
        this.table = new FilterTable(table);
    }

    /** Whether all is there. */
    boolean isBuilt() {
        return with(filters -> filters.hasTable(table.name()));
    }

    /** The chains of others that drop what is forwarded, as most firewalls of hosts do, and Docker. */
    List<FilterSocket.Chain> othersThatDrop() {
        return with(FilterSocket::chainsThatDropForwarded).stream()
                .filter(chain -> !chain.table().equals(table.name()))
                .toList();
    }

    /**
     * Puts everything in place of what was there, in one step.
     *
     * @param forOthers whether the host forwards for others too
     */
    void build(List<NetworkRecord> networks, Collection<PublishedPort> ports, boolean forOthers) {
        var _ = with(filters -> {
            filters.execute(Rules.whole(table, networks, ports, forOthers));
            return true;
        });
    }

    /**
     * Makes ports lead to containers.
     *
     * @return false when the table is gone, and everything has to be built anew
     */
    boolean publish(Collection<PublishedPort> ports) {
        return change(Rules.publish(table, ports));
    }

    /** Ends that; false as above. */
    boolean withdraw(Collection<PublishedPort> ports) {
        return change(Rules.withdraw(table, ports));
    }

    private boolean change(List<Request> requests) {
        if (requests.isEmpty()) {
            return true;
        }
        return with(filters -> {
            try {
                filters.execute(requests);
                return true;
            } catch (LinuxException e) {
                if (e.is(Errno.ENOENT)) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** A kernel without nf_tables knows none of their messages. */
    private static boolean hasLegacyOnly(LinuxException e) {
        return (e.is(Errno.EINVAL) || e.is(Errno.ENOTSUP) || e.is(Errno.EPROTONOSUPPORT)) && Files.exists(LEGACY);
    }

    private static <T> T with(Function<FilterSocket, T> work) {
        try (FilterSocket filters = FilterSocket.open()) {
            return work.apply(filters);
        } catch (LinuxException e) {
            throw new WhaleboxException(
                    e.is(Errno.EPERM) ? ErrorKind.DENIED : ErrorKind.PRECONDITION,
                    "cannot set the packet filter of container networks: " + e.getMessage()
                            + " (the kernel needs nf_tables with NAT"
                            + (hasLegacyOnly(e) ? ", not only legacy iptables" : "")
                            + "; --network none does without)",
                    e);
        }
    }
}
