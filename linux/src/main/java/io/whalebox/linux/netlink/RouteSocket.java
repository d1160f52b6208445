package io.whalebox.linux.netlink;

import io.whalebox.linux.Errno;
import io.whalebox.linux.NetlinkSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Links, addresses and routes of one network namespace: that of the thread that opens this. One thread at a time.
 *
 * <p>{@snippet :
 * try (RouteSocket routes = RouteSocket.open()) {
 *     routes.execute(Links.addBridge("wbx0", "02:42:00:00:00:01", 1500));
 *     int bridge = routes.find("wbx0").orElseThrow().index();
 *     routes.execute(Routes.addAddress(bridge, address, 16));
 * }
 * }
 */
public final class RouteSocket implements AutoCloseable {
    private final Dialogue dialogue;

    private RouteSocket(NetlinkSocket socket) {
        dialogue = new Dialogue(socket, "rtnetlink");
    }

    public static RouteSocket open() {
        return new RouteSocket(NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE));
    }

    /**
     * Has these done, one after the other, in one call of the kernel.
     *
     * @throws io.whalebox.linux.LinuxException of the first that failed
     */
    public void execute(Request... requests) {
        dialogue.execute(List.of(requests));
    }

    public void execute(List<Request> requests) {
        if (!requests.isEmpty()) {
            dialogue.execute(requests);
        }
    }

    /** The interface of a name. */
    public Optional<Link> find(String name) {
        return dialogue.ask(Links.get(name), Errno.ENODEV).flatMap(Links::read);
    }

    public List<Link> links() {
        return dialogue.list(Links.list(), Links::read);
    }

    /** Where packets go, of both families, the local host itself aside. */
    public List<Routes.Route> routes() {
        List<Routes.Route> all = new ArrayList<>(dialogue.list(Routes.listRoutes(false), Routes::readRoute));
        all.addAll(dialogue.list(Routes.listRoutes(true), Routes::readRoute));
        return all;
    }

    /** The addresses of all interfaces, of both families. */
    public List<Routes.Address> addresses() {
        List<Routes.Address> all = new ArrayList<>(dialogue.list(Routes.listAddresses(false), Routes::readAddress));
        all.addAll(dialogue.list(Routes.listAddresses(true), Routes::readAddress));
        return all;
    }

    @Override
    public void close() {
        dialogue.close();
    }
}
