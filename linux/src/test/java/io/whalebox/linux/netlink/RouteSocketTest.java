package io.whalebox.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.Processes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Links, addresses and routes, each test in a network namespace of its own that stands for a host. */
class RouteSocketTest {
    private static final byte[] GATEWAY = {10, 1, 0, 1};
    private static final byte[] ADDRESS = {10, 1, 0, 2};

    private NetworkNamespace host;
    private NetworkNamespace container;

    @BeforeEach
    void makeNamespaces() {
        assumeTrue(Processes.effectiveUser() == 0, "needs root, to make network namespaces");
        host = NetworkNamespace.create();
        container = NetworkNamespace.create();
    }

    @AfterEach
    void dropNamespaces() {
        if (host != null) {
            host.close();
            container.close();
        }
    }

    private static void connect(NetworkNamespace host, NetworkNamespace container) {
        host.call(() -> {
            try (RouteSocket routes = RouteSocket.open()) {
                routes.execute(Links.addBridge("wbx0", "02:42:0a:01:00:01", 1500));
                int bridge = routes.find("wbx0").orElseThrow().index();
                routes.execute(
                        Routes.addAddress(bridge, GATEWAY, 24),
                        Links.addVeth(
                                "veth0", bridge, 1400, new Links.Peer("eth0", "02:42:0a:01:00:02", container.fd())));
                return bridge;
            }
        });
        container.call(() -> {
            try (RouteSocket routes = RouteSocket.open()) {
                int index = routes.find("eth0").orElseThrow().index();
                routes.execute(
                        Links.up(routes.find("lo").orElseThrow().index()),
                        Routes.addAddress(index, ADDRESS, 24),
                        Links.up(index),
                        Routes.addDefault(index, GATEWAY));
                return index;
            }
        });
    }

    @Test
    void aBridgeAndAPairConnectTwoNamespaces() {
        connect(host, container);

        List<Link> links = host.call(() -> {
            try (RouteSocket routes = RouteSocket.open()) {
                return routes.links();
            }
        });
        Link bridge = links.stream()
                .filter(link -> link.name().equals("wbx0"))
                .findFirst()
                .orElseThrow();
        Link port = links.stream()
                .filter(link -> link.name().equals("veth0"))
                .findFirst()
                .orElseThrow();
        assertThat(bridge.kind()).isEqualTo("bridge");
        assertThat(port).isEqualTo(new Link(port.index(), "veth0", true, bridge.index(), 1400, "veth"));
    }

    @Test
    void addressesAndRoutesAreToldOf() {
        connect(host, container);

        container.call(() -> {
            try (RouteSocket routes = RouteSocket.open()) {
                int index = routes.find("eth0").orElseThrow().index();
                assertThat(routes.addresses()).contains(new Routes.Address(new Routes.Bytes(ADDRESS), 24, index));
                assertThat(routes.routes())
                        .contains(
                                new Routes.Route(new Routes.Bytes(new byte[4]), 0, index),
                                new Routes.Route(new Routes.Bytes(new byte[] {10, 1, 0, 0}), 24, index));
                return index;
            }
        });
    }

    @Test
    void theFirstFailureIsTold() {
        host.call(() -> {
            try (RouteSocket routes = RouteSocket.open()) {
                routes.execute(Links.addBridge("wbx0", "02:42:0a:01:00:01", 1500));
                assertThatThrownBy(() ->
                                routes.execute(Links.addBridge("wbx0", "02:42:0a:01:00:01", 1500), Links.delete(4711)))
                        .isInstanceOf(LinuxException.class)
                        .hasMessage("rtnetlink create the bridge wbx0: file exists");
                // The answer to the second one does not disturb what comes after.
                assertThat(routes.find("no-such")).isEmpty();
                return routes.find("wbx0").orElseThrow();
            }
        });
    }

    @Test
    void aPairGoesWithTheNamespaceOfOneEnd() {
        connect(host, container);
        container.close();

        // The kernel clears a namespace away on its own time.
        host.call(() -> {
            try (RouteSocket routes = RouteSocket.open()) {
                while (routes.find("veth0").isPresent()) {
                    Thread.onSpinWait();
                }
                return 0;
            }
        });
    }

    @Test
    void anInterfaceThatIsNotThereIsNoFailure() {
        host.call(() -> {
            try (RouteSocket routes = RouteSocket.open()) {
                assertThat(routes.find("nothing")).isEmpty();
                assertThatThrownBy(() -> routes.execute(Links.up(4711)))
                        .isInstanceOfSatisfying(
                                LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
                return 0;
            }
        });
    }
}
