package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be had of networks, what is given once only, and what is left when somebody dies. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkLifeTest {
    /** Long enough for a packet to have come, short enough to wait for one that never comes. */
    private static final int SOON_MILLIS = 1500;

    @RegisterExtension
    final ConnectedHost host = new ConnectedHost();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--network=nowhere                        | network nowhere not found",
                "--network=bridge --ip=172.17.0.9         | user specified IP address is supported on user defined networks only",
                "--network=bridge --network-alias=x       | network-scoped alias is supported only for containers in user defined",
                "--network=container:nobody               | No such container: nobody",
                "--network=bridge -p=80:80:80:80          | invalid",
                "--network=bridge -p=99999:80             | invalid hostPort: 99999",
                "--network=bridge -p=80/icmp              | invalid proto: icmp",
                "--network=bridge -p=1.2.3:80:80          | invalid IP address: 1.2.3",
                "--network=bridge -p=192.0.2.9:80:80      | 192.0.2.9:80",
                "--network=bridge --mac-address=01:02     | invalid MAC address: 01:02",
                "--network=bridge --add-host=x            | bad format for add-host",
                "--network=bridge --dns=x                 | x is not an ip address"
            })
    void whatCannotBeHadIsRefusedInOneLine(String options, String complaint) {
        String[] words = Stream.concat(Stream.of(options.strip().split("\\s+", -1)), Stream.of("busybox", "true"))
                .toArray(String[]::new);

        Command.Result result = host.whalebox().run(words);

        assertThat(result.status()).isEqualTo(125);
        assertThat(result.complaint()).contains(complaint.strip());
        assertThat(host.whalebox().command("ps", "-aq").run().successful().text())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--subnet=10.1.2.3/33                  | invalid subnet 10.1.2.3/33",
                "--subnet=10.1.2.3/24                  | it should be 10.1.2.0/24",
                "--subnet=198.18.0.0/15                | Pool overlaps with other one on this address space",
                "--subnet=10.1.0.0/24 --gateway=10.2.0.1 | no matching subnet for gateway 10.2.0.1",
                "--driver=overlay                      | overlay",
                "-o=no-such=x                          | unknown option no-such"
            })
    void aNetworkThatCannotBeIsRefusedInOneLine(String options, String complaint) {
        String[] words = Stream.of(
                        Stream.of("network", "create"),
                        Stream.of(options.strip().split("\\s+", -1)),
                        Stream.of("bad"))
                .flatMap(it -> it)
                .toArray(String[]::new);

        host.whalebox().command(words).run().refused(1, complaint.strip());
        assertThat(host.whalebox().command("network", "ls").run().successful().text())
                .doesNotContain("bad");
    }

    @Test
    void aPortOrAnAddressIsGivenOnceOnly() throws IOException {
        host.network("create", "--subnet=10.78.0.0/30", "tiny");
        host.serve("web", "--network=tiny", "--ip=10.78.0.2", "-p", "8083:80");

        host.whalebox()
                .run("--network=bridge", "-p", "8083:80", "busybox", "true")
                .refused(125, "Bind for 0.0.0.0:8083 failed: port is already allocated", "web");
        host.whalebox()
                .run("--network=tiny", "--ip=10.78.0.2", "busybox", "true")
                .refused(125, "Address already in use", "web");
        host.whalebox().run("--network=tiny", "busybox", "true").refused(125, "no available IPv4 addresses", "tiny");
        try (ServerSocket taken = new ServerSocket(0)) {
            host.whalebox()
                    .run("--network=bridge", "-p", taken.getLocalPort() + ":80", "busybox", "true")
                    .refused(125, "address already in use");
        }
    }

    /** What a container has of the host's, whatever became of those who gave it. */
    @Test
    void nothingIsLeftOfAContainerThatEndedWithoutAnEngine() throws IOException {
        host.network("create", "home");
        host.serve("stays", "--network=home", "-p", "8084:80");
        host.serve("goes", "--network=home", "-p", "8085:80");
        String monitor = monitorOf("goes");
        Command.of("kill", "-KILL", Long.toString(host.whalebox().engine()))
                .run()
                .successful();

        assertThat(host.outside().get(host.outside().hostAddress(), 8084))
                .as("while the engine is dead")
                .contains("I am stays");
        Command.of("kill", "-KILL", monitor).run().successful();

        // The next command starts an engine, which tidies up.
        assertThat(host.whalebox()
                        .command("ps", "--format", "{{.Names}}")
                        .run()
                        .successful()
                        .text())
                .isEqualTo("stays\n");
        assertThat(host.outside().get(host.outside().hostAddress(), 8084)).contains("I am stays");
        assertThat(host.outside().reaches(host.outside().hostAddress(), 8085, SOON_MILLIS))
                .isFalse();
        assertThat(host.get("home", "http://stays/").successful().text()).contains("I am stays");
        assertThat(host.leases()).hasSize(1);
        Eventually.await(() -> host.veths() == 1);
    }

    /** The process that watches over a container is the parent of its first one. */
    private String monitorOf(String container) throws IOException {
        String pid = pidIn(host.address(container));
        return Files.readString(Path.of("/proc", pid, "stat")).replaceFirst("(?s).*\\) \\S (\\d+).*", "$1");
    }

    /** The process whose network namespace has an address: told by its own list of those. */
    private static String pidIn(String address) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(process -> process.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .filter(pid -> command(pid).startsWith("httpd"))
                    .filter(pid -> read(Path.of("/proc", pid, "net/fib_trie")).contains("|-- " + address + "\n"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String command(String pid) {
        return read(Path.of("/proc", pid, "cmdline"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }
}
