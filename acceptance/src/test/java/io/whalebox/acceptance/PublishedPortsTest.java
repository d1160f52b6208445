package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.TransportProtocol;
import java.net.DatagramSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ports of the host where the kernel alone does not lead to the container, and where it leads too long. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishedPortsTest {
    private static final int SCTP = 132;
    private static final int SOON_MILLIS = 1500;

    @RegisterExtension
    final ConnectedHost host = new ConnectedHost();

    private int process(String container) {
        return Integer.parseInt(host.inspect(container, "{{.State.Pid}}"));
    }

    @Test
    void aContainerWithoutTheNewFamilyIsReachedByIt() {
        host.serve("web", "-p", "8180:80", "-p", "[::1]:8181:80");

        assertThat(OutsideHost.fetch("::1", 8180)).contains("I am web");
        assertThat(OutsideHost.fetch(host.outside().hostAddress6(), 8180)).contains("I am web");
        assertThat(host.outside().get(host.outside().hostAddress6(), 8180)).contains("I am web");
        assertThat(OutsideHost.fetch("::1", 8181)).contains("I am web");
        assertThat(host.outside().reaches(host.outside().hostAddress6(), 8181, SOON_MILLIS))
                .isFalse();
        assertThat(host.outside().reaches(host.outside().hostAddress(), 8181, SOON_MILLIS))
                .isFalse();

        host.whalebox().command("rm", "-f", "web").run().successful();
        assertThat(host.outside().reaches(host.outside().hostAddress6(), 8180, SOON_MILLIS))
                .isFalse();
    }

    @Test
    void aContainerOfBothFamiliesIsReachedByBoth() {
        host.network("create", "--ipv6", "--subnet=fd82::/64", "both");
        host.serve("web", "--network=both", "-p", "8182:80");

        assertThat(OutsideHost.fetch("127.0.0.1", 8182)).contains("I am web");
        assertThat(OutsideHost.fetch("::1", 8182)).contains("I am web");
        assertThat(host.outside().get(host.outside().hostAddress6(), 8182)).contains("I am web");
        assertThat(host.whalebox().command("logs", "web").run().complaint()
                        + host.whalebox().command("logs", "web").run().text())
                .as("whom it has seen")
                .contains("fd98:");
    }

    @Test
    void datagramsAreRelayedToo() {
        host.whalebox()
                .command("run", "-d", "--name=echo", "-p=8183:83/udp", "busybox", "sleep", "1000")
                .run()
                .successful();
        try (DatagramSocket _ = OutsideHost.echo(process("echo"), 83)) {
            Eventually.await(() -> host.outside().echoes(host.outside().hostAddress6(), 8183));
        }
    }

    /** A sender that never pauses has a flow that never ends. */
    @Test
    void aPortOfDatagramsLeadsToWhoHasItNow() {
        host.whalebox()
                .command("run", "-d", "--name=first", "-p=8184:84/udp", "busybox", "sleep", "1000")
                .run()
                .successful();
        try (DatagramSocket sender = host.outside().sender(host.outside().hostAddress(), 8184)) {
            try (DatagramSocket _ = OutsideHost.echo(process("first"), 84)) {
                Eventually.await(() -> OutsideHost.echoes(sender));
            }
            // So that the next one has another address.
            host.whalebox()
                    .command("run", "-d", "--name=between", "busybox", "sleep", "1000")
                    .run()
                    .successful();
            host.whalebox().command("rm", "-f", "first").run().successful();
            // This one leads nowhere, and is remembered so.
            assertThat(OutsideHost.echoes(sender)).isFalse();
            host.network("create", "elsewhere");
            host.whalebox()
                    .command(
                            "run",
                            "-d",
                            "--name=second",
                            "--network=elsewhere",
                            "-p=8184:84/udp",
                            "busybox",
                            "sleep",
                            "1000")
                    .run()
                    .successful();
            try (DatagramSocket _ = OutsideHost.echo(process("second"), 84)) {
                Eventually.await(() -> OutsideHost.echoes(sender));
            }
        }
    }

    @Test
    void aPortOfAProtocolThatTheKernelLacksIsRefused() {
        Command.Result result = host.whalebox().run("--network=bridge", "-p=8185:85/sctp", "busybox", "true");
        if (TransportProtocol.exists(SCTP)) {
            result.successful();
        } else {
            result.refused(125, "cannot publish a port of sctp: this kernel lacks that protocol");
        }
    }

    /** What the engine does itself stops with it, and goes on with the next. */
    @Test
    void theNextEngineRelaysAgain() {
        host.network("create", "home");
        host.serve("web", "--network=home", "-p", "8186:80");
        host.serve("neighbour", "--network=home");
        String process = host.inspect("neighbour", "{{.State.Pid}}");
        String address = host.address("web");
        Command.of("kill", "-KILL", Long.toString(host.whalebox().engine()))
                .run()
                .successful();

        assertThat(host.outside().get(host.outside().hostAddress(), 8186))
                .as("a port of IPv4 while the engine is dead")
                .contains("I am web");
        assertThat(Command.of("nsenter", "-t", process, "-n", "wget", "-qO-", "http://" + address + "/")
                        .run()
                        .successful()
                        .text())
                .as("a neighbour while the engine is dead")
                .contains("I am web");

        host.whalebox().command("ps").run().successful();
        Eventually.await(() -> OutsideHost.fetch("::1", 8186).contains("I am web"));
        assertThat(host.get("home", "http://web/").successful().text()).contains("I am web");
    }
}
