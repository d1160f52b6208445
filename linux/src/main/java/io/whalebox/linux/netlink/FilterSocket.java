package io.whalebox.linux.netlink;

import io.whalebox.linux.Errno;
import io.whalebox.linux.NetlinkSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The packet filters of one network namespace: that of the thread that opens this. One thread at a time. */
public final class FilterSocket implements AutoCloseable {
    private static final int BATCH_BEGIN = 16;
    private static final int BATCH_END = 17;
    private static final int BUFFER = 4 << 20;

    private final Dialogue dialogue;

    private FilterSocket(NetlinkSocket socket) {
        dialogue = new Dialogue(socket, "nftables");
    }

    public static FilterSocket open() {
        NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER);
        socket.widen(BUFFER);
        return new FilterSocket(socket);
    }

    /**
     * Makes these changes, all at once or none of them: no packet meets some of them.
     *
     * @throws io.whalebox.linux.LinuxException of the first that was refused
     */
    public void execute(List<Request> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<Request> batch = new ArrayList<>();
        batch.add(mark("begin a change of packet filters", BATCH_BEGIN));
        batch.addAll(changes);
        batch.add(mark("end a change of packet filters", BATCH_END));
        dialogue.executeBatch(batch);
    }

    private static Request mark(String purpose, int type) {
        int subsystem = ByteBuffer.allocate(2)
                .order(ByteOrder.nativeOrder())
                .put((byte) 0)
                .put((byte) FilterTable.SUBSYSTEM)
                .getShort(0);
        return new Request(purpose, type, 0).u8(0).u8(0).u16(subsystem);
    }

    /** The names of all tables for both families of addresses. */
    public List<String> tables() {
        return dialogue.list(
                FilterTable.request("list the tables", FilterTable.GET_TABLE, 0),
                message -> attributes(message).text(1));
    }

    /** After the fixed part, {@code struct nfgenmsg}. */
    private static Attributes attributes(Dialogue.Message message) {
        return Attributes.of(message.body().slice(4, message.body().limit() - 4));
    }

    /** Whether there is such a table. */
    public boolean hasTable(String name) {
        Request request = FilterTable.request("find the table " + name, FilterTable.GET_TABLE, 0)
                .text(1, name);
        return dialogue.ask(request, Errno.ENOENT).isPresent();
    }

    /** Whether there is such a chain. */
    public boolean hasChain(String table, String chain) {
        Request request = FilterTable.request("find the chain " + chain, FilterTable.GET_CHAIN, 0)
                .text(1, table)
                .text(3, chain);
        return dialogue.ask(request, Errno.ENOENT).isPresent();
    }

    /**
     * A chain of packet filters.
     *
     * @param family of its table: {@code inet}, {@code ip} or {@code ip6}
     */
    public record Chain(String family, String table, String name) {
        @Override
        public String toString() {
            return family + " " + table + " " + name;
        }
    }

    /** All chains, whosever they are, that drop what this host forwards unless a rule of theirs lets it pass. */
    public List<Chain> chainsThatDropForwarded() {
        Request request = FilterTable.request("list the chains", FilterTable.GET_CHAIN, 0, FilterTable.ALL_FAMILIES);
        return dialogue.list(request, FilterSocket::forwardDropping);
    }

    private static Optional<Chain> forwardDropping(Dialogue.Message message) {
        String family = switch (message.body().get(0)) {
            case FilterTable.NFPROTO_INET -> "inet";
            case 2 -> "ip";
            case 10 -> "ip6";
            // Frames of bridges have hooks of their own, and arp and netdev are not forwarded.
            default -> "";
        };
        Attributes attributes = attributes(message);
        boolean forwards = attributes
                .nested(4)
                .flatMap(hook -> hook.bigEndian(1))
                .filter(number -> number == FilterTable.Hook.FORWARD.number)
                .isPresent();
        boolean drops = attributes
                .bigEndian(5)
                .filter(policy -> policy == FilterTable.Policy.DROP.number)
                .isPresent();
        return forwards && drops && !family.isEmpty()
                ? Optional.of(new Chain(
                        family,
                        attributes.text(1).orElse(""),
                        attributes.text(3).orElse("")))
                : Optional.empty();
    }

    @Override
    public void close() {
        dialogue.close();
    }
}
