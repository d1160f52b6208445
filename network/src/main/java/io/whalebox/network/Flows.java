package io.whalebox.network;

import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.netlink.FlowSocket;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Flows of datagrams through ports of the host. They have no end, so one whose sender does not pause would outlive what
 * made it lead where it leads.
 */
final class Flows {
    private static final System.Logger LOG = Loggers.named("io.whalebox.network");

    private Flows() {}

    /** Has the next datagram to each of these ports be looked at anew, since they lead elsewhere from now on. */
    static void forget(Collection<PublishedPort> ports) {
        Set<Integer> numbers = ports.stream()
                .filter(port -> port.protocol() == Protocol.UDP && port.isRedirected())
                .map(PublishedPort::hostPort)
                .collect(Collectors.toSet());
        if (numbers.isEmpty()) {
            return;
        }
        try (FlowSocket flows = FlowSocket.open()) {
            flows.forget(flow -> flow.protocol() == Protocol.UDP.number() && numbers.contains(flow.port()));
        } catch (LinuxException e) {
            // A kernel may lack this, and then flows end by themselves once their senders pause.
            LOG.log(System.Logger.Level.DEBUG, "flows of datagrams were not forgotten", e);
        }
    }
}
