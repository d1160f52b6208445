package io.whalebox.runtime;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Pipe;
import java.nio.charset.StandardCharsets;

/** A user's side of an attachment: what the user types, sees, and the user's own connection. */
final class MonitorUser implements AutoCloseable {
    final Pipe input = Pipe.open();
    final Pipe output = Pipe.open();
    final ControlSocket.Pair ends = ControlSocket.pair();
    final MonitorConnection connection = MonitorConnection.of(ends.ours());
    final Reader screen = new Reader(output.read());

    /** To be sent once, after which only the monitor has its ends. */
    Attachment attachment() {
        return watching().input(input.read());
    }

    Attachment watching() {
        return Attachment.of().connection(ends.theirs()).output(output.write());
    }

    void sent() {
        ends.theirs().close();
        output.write().close();
        input.read().close();
    }

    void type(String text) {
        input.write().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        sent();
        input.close();
        output.close();
        connection.close();
    }
}
