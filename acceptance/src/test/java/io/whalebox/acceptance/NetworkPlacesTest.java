package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which networks a container is on, what others are called there, and what is told of it. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkPlacesTest {
    @RegisterExtension
    final ConnectedHost host = new ConnectedHost();

    @Test
    void aLinkOnTheDefaultNetworkIsALineOfTheHostsFileThatFollowsTheOther() {
        host.serve("db");
        String address = host.address("db");
        host.whalebox().text("run", "-d", "--name=web", "--link=db:data", "--link", "db", "busybox", "sleep", "1000");

        assertThat(host.whalebox().text("exec", "web", "cat", "/etc/hosts"))
                .contains(address + "\tdata db db\n", address + "\tdb db");
        assertThat(host.whalebox().text("exec", "web", "wget", "-qO-", "http://data/"))
                .contains("I am db");
        assertThat(host.inspect("web", "{{json .HostConfig.Links}}")).isEqualTo("[\"/db:/web/data\",\"/db:/web/db\"]");

        host.whalebox().text("stop", "-t", "0", "db");
        // Another has its address when it comes back.
        host.whalebox().text("run", "-d", "--name=other", "busybox", "sleep", "1000");
        assertThat(host.address("other")).isEqualTo(address);
        host.whalebox().text("start", "db");
        String hosts = host.whalebox().text("exec", "web", "cat", "/etc/hosts");
        assertThat(hosts)
                .contains(host.address("db") + "\tdata db db\n", host.address("db") + "\tdb db")
                .doesNotContain(address + "\tdata");
        Eventually.await(() -> host.whalebox()
                        .command("exec", "web", "wget", "-qO-", "http://data/")
                        .run()
                        .status()
                == 0);
    }

    @Test
    void aLinkNeedsAContainerThatRunsThere() {
        host.network("create", "home");
        host.whalebox().text("create", "--name=idle", "busybox", "true");
        host.whalebox().text("run", "-d", "--name=apart", "--network=home", "busybox", "sleep", "1000");

        host.whalebox()
                .run("--network=bridge", "--link=nobody", "busybox", "true")
                .refused(125, "could not get container for nobody: No such container: nobody");
        host.whalebox()
                .run("--network=bridge", "--name=web", "--link=idle:x", "busybox", "true")
                .refused(125, "Cannot link to a non running container: /idle AS /web/x");
        host.whalebox()
                .run("--network=bridge", "--link=apart", "busybox", "true")
                .refused(125, "Cannot link to /apart, as it does not belong to the default network");
        assertThat(host.whalebox()
                        .run("--network=bridge", "--link=a:b:c", "busybox", "true")
                        .endedWith(125)
                        .complaint())
                .contains("bad format for links: a:b:c");
        host.whalebox()
                .run("--network=host", "--link=apart", "busybox", "true")
                .refused(125, "conflicting options: host type networking can't be used with links");
        host.whalebox()
                .run("--network=container:apart", "--link=apart", "busybox", "true")
                .refused(125, "conflicting options: container type networking can't be used with links");
    }

    @Test
    void aLinkOnANetworkWithNamesIsANameForOneContainerOnly() {
        host.network("create", "home");
        host.serve("db", "--network=home");
        host.whalebox().text("run", "-d", "--name=web", "--network=home", "--link=db:data", "busybox", "sleep", "1000");

        assertThat(host.whalebox().text("exec", "web", "wget", "-qO-", "http://data/"))
                .contains("I am db");
        assertThat(host.whalebox().text("exec", "web", "wget", "-qO-", "http://db/"))
                .contains("I am db");
        assertThat(host.reaches("home", "http://data/")).isFalse();
        assertThat(host.inspect("web", "{{json .NetworkSettings.Networks.home.Links}}"))
                .isEqualTo("[\"db:data\"]");

        host.whalebox().text("run", "-d", "--name=late", "--network=bridge", "busybox", "sleep", "1000");
        host.network("connect", "--link=db:base", "home", "late");
        assertThat(host.whalebox().text("exec", "late", "wget", "-qO-", "http://base/"))
                .contains("I am db");
        assertThat(host.whalebox().text("exec", "late", "cat", "/etc/hosts"))
                .contains(host.inspect("late", "{{.NetworkSettings.Networks.home.IPAddress}}") + "\t");
        host.network("disconnect", "home", "late");
        assertThat(host.whalebox()
                        .text("exec", "late", "cat", "/etc/hosts")
                        .lines()
                        .filter(line -> line.matches("[0-9].*\\t.*"))
                        .map(line -> line.substring(0, line.indexOf('\t'))))
                .containsOnlyOnce(host.inspect("late", "{{.NetworkSettings.Networks.bridge.IPAddress}}"))
                .containsOnly("127.0.0.1", host.inspect("late", "{{.NetworkSettings.Networks.bridge.IPAddress}}"));
    }

    @Test
    void aContainerThatDoesNotRunIsConnectedForItsNextStart() {
        host.network("create", "--subnet=10.79.0.0/24", "one");
        host.network("create", "two");
        host.serve("web", "--network=two");
        host.whalebox()
                .text(
                        "create",
                        "--name=idle",
                        "busybox",
                        "sh",
                        "-c",
                        "ip -o -4 addr; wget -qO- http://web/; sleep 1000");

        host.network("connect", "--ip=10.79.0.9", "--alias=friend", "one", "idle");
        host.network("connect", "two", "idle");
        host.network("disconnect", "bridge", "idle");
        host.whalebox()
                .command("network", "connect", "one", "idle")
                .run()
                .refused(1, "endpoint with name idle already exists in network one");
        host.whalebox()
                .command("network", "disconnect", "bridge", "idle")
                .run()
                .refused(1, "is not connected to network bridge");
        host.whalebox()
                .command("network", "connect", "--ip=10.80.0.1", "two", "web")
                .run()
                .refused(1, "invalid config for network two");
        assertThat(host.inspect("idle", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}"))
                .isEqualTo("one two");
        assertThat(host.inspect("idle", "{{json .NetworkSettings.Networks.one}}"))
                .contains("\"IPv4Address\":\"10.79.0.9\"", "\"Aliases\":[\"friend\"]");

        host.whalebox().text("start", "idle");
        Eventually.await(() -> host.whalebox().text("logs", "idle").contains("I am web"));
        assertThat(host.whalebox().text("logs", "idle"))
                .contains("10.79.0.9/24")
                .doesNotContain("172.17.");
        assertThat(host.whalebox().text("run", "--rm", "--network=one", "busybox", "nslookup", "friend"))
                .contains("10.79.0.9");
    }

    @Test
    void whatIsChangedWhileAContainerRunsIsKept() {
        host.network("create", "home");
        host.serve("web");
        host.network("connect", "--alias=www", "home", "web");
        host.network("disconnect", "bridge", "web");
        host.whalebox().text("restart", "-t", "0", "web");

        Eventually.await(() -> host.reaches("home", "http://www/"));
        assertThat(host.inspect("web", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}"))
                .isEqualTo("home");

        host.network("disconnect", "home", "web");
        host.whalebox().text("restart", "-t", "0", "web");
        assertThat(host.whalebox().text("exec", "web", "ls", "/sys/class/net")).isEqualTo("lo");
        host.whalebox().run("--network=none", "busybox", "true").successful();
        host.whalebox().text("create", "--network=none", "--name=alone", "busybox", "true");
        host.whalebox()
                .command("network", "connect", "home", "alone")
                .run()
                .refused(1, "has no networks: it shares another's, or was to have none");
    }

    /** As machines on the wire of the host, which the host itself does not reach. */
    @Test
    void containersShareAWireOfTheHosts() throws IOException {
        OutsideHost outside = host.outside();
        String subnet = outside.hostAddress().replaceFirst("\\.1$", ".0/24");
        String own = outside.hostAddress().replaceFirst("\\.1$", ".77");
        host.network(
                "create",
                "-d=macvlan",
                "-o=parent=" + outside.link(),
                "--subnet=" + subnet,
                "--gateway=" + outside.ownAddress(),
                "wire");
        try (ServerSocket _ = outside.answer(7100, "you are")) {
            assertThat(host.whalebox()
                            .text(
                                    "run",
                                    "--rm",
                                    "--network=wire",
                                    "--ip=" + own,
                                    "busybox",
                                    "nc",
                                    outside.ownAddress(),
                                    "7100"))
                    .isEqualTo("you are " + own);
        }
        host.whalebox()
                .command("network", "create", "-d=macvlan", "--subnet=10.82.0.0/24", "bad")
                .run()
                .refused(1, "macvlan networks need an interface of the host: name it by -o parent=NAME");
        host.whalebox()
                .command("network", "create", "-d=macvlan", "-o=parent=nosuch", "--subnet=10.82.0.0/24", "bad")
                .run()
                .refused(1, "the host has no interface nosuch");
        host.whalebox()
                .command("network", "create", "-d=bridge", "-o=parent=nosuch", "bad")
                .run()
                .refused(1, "unknown option parent of the network driver bridge");
        host.whalebox()
                .command("network", "create", "-d=macvlan", "-o=parent=lo", "-o=macvlan_mode=x", "bad")
                .run()
                .refused(1, "invalid value for macvlan_mode: x");
    }

    @Test
    void containersShareAHardwareAddressWhereTheKernelCan() {
        OutsideHost outside = host.outside();
        Command.Result made = host.whalebox()
                .command(
                        "network",
                        "create",
                        "-d=ipvlan",
                        "-o=parent=" + outside.link(),
                        "--subnet=10.83.0.0/24",
                        "wire")
                .run();
        if (made.status() != 0) {
            made.refused(1, "this kernel has no ipvlan interfaces (CONFIG_IPVLAN): use the driver bridge or macvlan");
            assertThat(host.whalebox().text("network", "ls", "-q", "--filter=name=wire"))
                    .isEmpty();
        } else {
            assertThat(host.whalebox().text("run", "--rm", "--network=wire", "busybox", "ip", "-o", "-4", "addr"))
                    .contains("10.83.0.2/24");
        }
    }

    @Test
    void whatHappensToNetworksIsTold() {
        String since = Long.toString(System.currentTimeMillis() / 1000);
        String id = host.whalebox().text("network", "create", "told");
        String container =
                host.whalebox().text("run", "-d", "--name=web", "--network=told", "busybox", "sleep", "1000");
        host.whalebox().text("rm", "-f", "web");
        host.whalebox().text("network", "rm", "told");
        String pruned = host.whalebox().text("network", "create", "unused");
        host.whalebox().text("network", "prune", "-f");
        String until = Long.toString(System.currentTimeMillis() / 1000 + 1);

        List<String> events = host.whalebox()
                .text(
                        "events",
                        "--since=" + since,
                        "--until=" + until,
                        "--filter=type=network",
                        "--format={{.Action}} {{.Actor.ID}} {{json .Actor.Attributes}}")
                .lines()
                .toList();

        String told = "\"name\":\"told\",\"type\":\"bridge\"}";
        assertThat(events)
                .containsSubsequence(
                        "create " + id + " {" + told,
                        "connect " + id + " {\"container\":\"" + container + "\"," + told,
                        "disconnect " + id + " {\"container\":\"" + container + "\"," + told,
                        "destroy " + id + " {" + told,
                        "destroy " + pruned + " {\"name\":\"unused\",\"type\":\"bridge\"}",
                        "prune  {\"reclaimed\":\"0\"}");
        assertThat(host.whalebox()
                        .text(
                                "events",
                                "--since=" + since,
                                "--until=" + until,
                                "--filter=network=told",
                                "--format=json"))
                .contains("\"Type\":\"network\"", "\"scope\":\"local\"")
                .doesNotContain("\"status\"");
        assertThat(host.whalebox().text("events", "--since=" + since, "--until=" + until, "--filter=container=web"))
                .doesNotContain("network");
    }

    @Test
    void aNetworkTellsWhoIsOnItAndHowItWasMade() {
        host.network("create", "--ipv6", "--subnet=10.81.0.0/24", "--subnet=fd81::/64", "--label=shade=blue", "home");
        String id = host.whalebox().text("run", "-d", "--name=web", "--network=home", "busybox", "sleep", "1000");

        assertThat(host.whalebox().text("network", "inspect", "-f", "{{json .Containers}}", "home"))
                .matches("\\{\"" + id + "\":\\{\"Name\":\"web\",\"EndpointID\":\"[0-9a-f]{64}\","
                        + "\"MacAddress\":\"[0-9a-f:]{17}\",\"IPv4Address\":\"10.81.0.2/24\","
                        + "\"IPv6Address\":\"fd81::2/64\"}}");
        assertThat(host.whalebox().text("network", "inspect", "-f", "{{json .IPAM}}", "home"))
                .contains("{\"Subnet\":\"10.81.0.0/24\",\"Gateway\":\"10.81.0.1\"}");
        assertThat(host.whalebox()
                        .text(
                                "network",
                                "inspect",
                                "-f",
                                "{{json .Labels}} {{.ConfigOnly}} {{.Ingress}} {{.Scope}}",
                                "home"))
                .isEqualTo("{\"shade\":\"blue\"} false false local");
        assertThat(host.whalebox()
                        .text(
                                "network",
                                "inspect",
                                "-f",
                                "{{index .Options \"com.docker.network.bridge.default_bridge\"}}",
                                "bridge"))
                .isEqualTo("true");
    }
}
