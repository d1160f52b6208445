package io.whalebox.linux.netlink;

import io.whalebox.linux.Errno;
import io.whalebox.linux.NetlinkSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

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
                message -> Attributes.of(message.body().slice(4, message.body().limit() - 4))
                        .text(1));
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

    @Override
    public void close() {
        dialogue.close();
    }
}
