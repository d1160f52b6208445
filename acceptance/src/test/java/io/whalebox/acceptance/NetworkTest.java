package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.netlink.Expression;
import io.whalebox.linux.netlink.FilterSocket;
import io.whalebox.linux.netlink.FilterTable;
import io.whalebox.linux.netlink.Request;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers on networks, by the packets that arrive. The host is the namespace of the tests; others are beyond it. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkTest {
    /** Long enough for a packet to have come, short enough to wait for one that never comes. */
    private static final int SOON_MILLIS = 1500;

    @RegisterExtension
    final ConnectedHost host = new ConnectedHost();

    @Test
    void aContainerHasAnAddressARouteAndReachesTheOutsideAsItsHost() throws IOException {
        try (ServerSocket _ = host.outside().answer(7000, "you are")) {
            String said = host.whalebox()
                    .run(
                            "--network=bridge",
                            "busybox",
                            "sh",
                            "-c",
                            "ip -o -4 addr show eth0; ip route; grep $(hostname) /etc/hosts; nc "
                                    + host.outside().ownAddress() + " 7000")
                    .successful()
                    .text();

            assertThat(said)
                    .containsPattern("inet 172\\.\\d+\\.0\\.2/16")
                    .containsPattern("default via 172\\.\\d+\\.0\\.1 dev eth0")
                    .containsPattern("172\\.\\d+\\.0\\.2\\t[0-9a-f]{12}")
                    .contains("you are " + host.outside().hostAddress());
        }
    }

    @Test
    void aPublishedPortIsReachedFromEverywhere() {
        host.serve("web", "-p", "8080:80");

        assertThat(host.outside().get(host.outside().hostAddress(), 8080)).contains("I am web");
        assertThat(OutsideHost.fetch("127.0.0.1", 8080)).contains("I am web");
        assertThat(OutsideHost.fetch(host.outside().hostAddress(), 8080)).contains("I am web");
        assertThat(host.get("bridge", "http://" + host.outside().hostAddress() + ":8080/")
                        .successful()
                        .text())
                .contains("I am web");
        assertThat(host.whalebox()
                        .command(
                                "exec",
                                "web",
                                "wget",
                                "-qO-",
                                "http://" + host.outside().hostAddress() + ":8080/")
                        .run()
                        .successful()
                        .text())
                .contains("I am web");
        assertThat(host.whalebox().command("logs", "web").run().complaint()
                        + host.whalebox().command("logs", "web").run().text())
                .as("whom it has seen")
                .contains(host.outside().ownAddress());
        assertThat(host.whalebox().command("port", "web").run().successful().text())
                .isEqualTo("80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n");
        assertThat(host.whalebox().command("ps").run().successful().text())
                .contains("0.0.0.0:8080->80/tcp, [::]:8080->80/tcp");
    }

    /** CVE-2020-8558, and what a port of one address promises. */
    @Test
    void aPortOfTheLoopbackAddressIsTheHostsAlone() {
        host.serve("web", "-p", "127.0.0.1:8081:80");

        assertThat(OutsideHost.fetch("127.0.0.1", 8081)).contains("I am web");
        assertThat(host.outside().reaches(host.outside().hostAddress(), 8081, SOON_MILLIS))
                .isFalse();
        assertThat(host.outside().reaches(host.address("web"), 80, SOON_MILLIS))
                .as("a neighbour that knows the address reaches a port that is not published to it")
                .isFalse();
    }

    @Test
    void datagramsArePublishedToo() {
        host.whalebox()
                .command("run", "-d", "--name=echo", "-p=8082:82/udp", "busybox", "sleep", "1000")
                .run()
                .successful();
        assertThat(host.whalebox()
                        .command("port", "echo", "82/udp")
                        .run()
                        .successful()
                        .text())
                .isEqualTo("0.0.0.0:8082\n[::]:8082\n");
        // The image has no program that answers datagrams, so the test itself does, from the container's network.
        try (DatagramSocket _ = OutsideHost.echo(Integer.parseInt(host.inspect("echo", "{{.State.Pid}}")), 82)) {
            Eventually.await(() -> host.outside().echoes(host.outside().hostAddress(), 8082));
        }
    }

    @Test
    void containersFindEachOtherByNameOnANetworkOfTheirOwn() {
        host.network("create", "home");
        host.serve("web", "--network=home", "--network-alias=www");

        for (String name : List.of("web", "www", "WEB", "web.home", host.inspect("web", "{{slice .Id 0 12}}"))) {
            assertThat(host.get("home", "http://" + name + "/").successful().text())
                    .as(name)
                    .contains("I am web");
        }
        assertThat(host.whalebox()
                        .run("--network=home", "busybox", "nslookup", host.address("web"))
                        .successful()
                        .text())
                .contains("name = web.home");
        assertThat(host.whalebox()
                        .run("--network=home", "busybox", "cat", "/etc/resolv.conf")
                        .successful()
                        .text())
                .contains("nameserver 127.0.0.11")
                .contains("ndots:0");

        host.whalebox().command("rename", "web", "site").run().successful();
        assertThat(host.get("home", "http://site/").successful().text()).contains("I am web");
        assertThat(host.reaches("home", "http://web/")).isFalse();
    }

    @Test
    void networksDoNotSeeEachOtherUntilAContainerIsConnected() {
        host.network("create", "one");
        host.network("create", "two");
        host.serve("web", "--network=one");
        String url = "http://" + host.address("web") + "/";

        assertThat(host.get("one", url).successful().text()).contains("I am web");
        assertThat(host.reaches("two", url)).isFalse();
        assertThat(host.reaches("bridge", url)).isFalse();

        host.network("connect", "--alias=friend", "two", "web");
        assertThat(host.get("two", "http://friend/").successful().text()).contains("I am web");
        host.whalebox().command("network", "rm", "two").run().refused(1, "network two has active endpoints", "web");

        host.network("disconnect", "two", "web");
        assertThat(host.reaches("two", "http://web/")).isFalse();
        host.network("rm", "two");
    }

    /** CVE-2024-29018: neither packets nor questions for names leave an internal network. */
    @Test
    void anInternalNetworkLeadsNowhere() throws IOException {
        host.network("create", "--internal", "cell");
        host.serve("web", "--network=cell");
        try (ServerSocket _ = host.outside().answer(7001, "you are")) {
            assertThat(host.get("cell", "http://web/").successful().text()).contains("I am web");
            assertThat(host.whalebox()
                            .run(
                                    "--network=cell",
                                    "busybox",
                                    "sh",
                                    "-c",
                                    "ip route add default via " + host.inspectGateway("cell") + "; timeout 2 nc "
                                            + host.outside().ownAddress() + " 7001")
                            .text())
                    .doesNotContain("you are");
            assertThat(host.whalebox()
                            .run(
                                    "--network=cell",
                                    "--dns=" + host.outside().ownAddress(),
                                    "busybox",
                                    "nslookup",
                                    "example.org")
                            .text())
                    .contains("SERVFAIL");
        }
    }

    @Test
    void containersThatMayNotSpeakToEachOtherStillReachTheOutside() throws IOException {
        host.network("create", "-o", "com.docker.network.bridge.enable_icc=false", "strangers");
        host.serve("web", "--network=strangers");
        try (ServerSocket _ = host.outside().answer(7002, "you are")) {
            assertThat(host.reaches("strangers", "http://web/")).isFalse();
            assertThat(host.whalebox()
                            .run(
                                    "--network=strangers",
                                    "busybox",
                                    "nc",
                                    host.outside().ownAddress(),
                                    "7002")
                            .successful()
                            .text())
                    .contains("you are");
        }
    }

    /** Whatever comes first, and whoever accepts: what the host's own firewall does not let through stays out. */
    @Test
    void aHostsFirewallThatDropsStaysInForce() {
        FilterTable firewall = new FilterTable("hosts-own");
        List<Request> drop = List.of(
                firewall.create(),
                firewall.chain("forward", "filter", FilterTable.Hook.FORWARD, 0),
                firewall.rule(
                        "forward", List.of(Expression.comesFrom(host.outside().link()), Expression.drop())));
        filters(drop);
        host.serve("web", "-p", "8086:80");
        assertThat(host.outside().reaches(host.outside().hostAddress(), 8086, SOON_MILLIS))
                .as("with a firewall that was there before")
                .isFalse();
        assertThat(OutsideHost.fetch("127.0.0.1", 8086)).contains("I am web");

        filters(List.of(firewall.delete()));
        assertThat(host.outside().get(host.outside().hostAddress(), 8086)).contains("I am web");

        filters(drop);
        assertThat(host.outside().reaches(host.outside().hostAddress(), 8086, SOON_MILLIS))
                .as("with a firewall that came later")
                .isFalse();
        filters(List.of(firewall.delete()));
    }

    /** Docker leaves the host so, and many firewalls do. */
    @Test
    void aUserIsToldOfAFirewallThatDropsWhatIsForwarded() {
        FilterTable firewall = new FilterTable("hosts-own");
        filters(List.of(
                firewall.create(),
                firewall.chain("FORWARD", "filter", FilterTable.Hook.FORWARD, 0, FilterTable.Policy.DROP)));
        Command.Result told =
                host.whalebox().command("network", "create", "warned").run();
        filters(List.of(firewall.delete()));
        Command.Result untold =
                host.whalebox().command("network", "create", "unwarned").run();

        assertThat(told.successful().complaint())
                .contains("are dropped by its firewall (nft list chain inet hosts-own FORWARD)")
                .contains("network warned");
        assertThat(untold.successful().complaint()).isEmpty();
    }

    /** CVE-2025-54388: a firewall that starts anew empties the tables of others too. */
    @Test
    void rulesThatSomebodyTookAwayComeBack() {
        host.serve("web", "-p", "8087:80");
        try (FilterSocket filters = FilterSocket.open()) {
            String own = ownTable();
            filters.execute(List.of(new FilterTable(own).delete()));
            Eventually.await(() -> filters.hasTable(own));
        }

        Eventually.await(() -> host.outside().reaches(host.outside().hostAddress(), 8087, SOON_MILLIS));
        assertThat(host.outside().reaches(host.address("web"), 80, SOON_MILLIS))
                .as("a port that is not published, at the container's own address")
                .isFalse();
    }

    /** Those of other stores may be there too. */
    private String ownTable() {
        CRC32 sum = new CRC32();
        sum.update(host.whalebox().store().toString().getBytes(StandardCharsets.UTF_8));
        return "whalebox-%08x".formatted(sum.getValue());
    }

    private static void filters(List<Request> changes) {
        try (FilterSocket filters = FilterSocket.open()) {
            filters.execute(changes);
        }
    }

    @Test
    void aContainerCanShareTheNetworkOfAnother() {
        host.serve("web");

        assertThat(host.get("container:web", "http://127.0.0.1/").successful().text())
                .contains("I am web");
        host.whalebox()
                .run("--network=container:web", "-p", "80:80", "busybox", "true")
                .refused(125, "conflicting options: port publishing and the container type network mode");
    }

    @Test
    void aContainerWithUsersOfItsOwnIsConnectedToo() throws IOException {
        try (ServerSocket _ = host.outside().answer(7003, "you are")) {
            assertThat(host.whalebox()
                            .run(
                                    "--network=bridge",
                                    "--userns=remap",
                                    "busybox",
                                    "sh",
                                    "-c",
                                    "ip link add dummy0 type bridge 2>&1; nc "
                                            + host.outside().ownAddress() + " 7003")
                            .successful()
                            .text())
                    .contains("you are");
        }
    }

    @Test
    void aUserChoosesAddressesAndNames() {
        host.network("create", "--subnet=10.77.0.0/24", "--gateway=10.77.0.254", "chosen");

        assertThat(host.whalebox()
                        .run(
                                "--network=chosen",
                                "--ip=10.77.0.77",
                                "--mac-address=02:00:00:00:77:77",
                                "--add-host=there:192.0.2.7",
                                "--add-host=home:host-gateway",
                                "busybox",
                                "sh",
                                "-c",
                                "ip -o addr show eth0; ip -o link show eth0; ip route; cat /etc/hosts")
                        .successful()
                        .text())
                .contains(
                        "inet 10.77.0.77/24",
                        "02:00:00:00:77:77",
                        "default via 10.77.0.254",
                        "192.0.2.7\tthere",
                        "10.77.0.254\thome");
    }

    @Test
    void addressesOfTheNewFamilyWhereAskedForAndNowhereElse() {
        host.network("create", "--ipv6", "--subnet=fd77::/64", "six");
        host.serve("web", "--network=six");

        assertThat(host.get("six", "http://[fd77::2]/").successful().text()).contains("I am web");
        assertThat(host.whalebox()
                        .run("--network=bridge", "busybox", "ip", "-6", "addr", "show", "eth0")
                        .successful()
                        .text())
                .isEmpty();
    }
}
