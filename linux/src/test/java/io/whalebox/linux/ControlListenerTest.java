package io.whalebox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlListenerTest {
    @TempDir
    private Path directory;

    @Test
    void packetsAndDescriptorsArriveAsTheyWereSent() {
        Path path = directory.resolve("socket");
        try (ControlListener listener = ControlListener.at(path);
                ControlSocket client = ControlSocket.connect(path);
                ControlSocket server = listener.accept().orElseThrow()) {
            Pipe pipe = Pipe.open();
            assertThat(client.send(text("hello"), List.of(pipe.write()))).isTrue();
            pipe.write().close();

            ControlSocket.Packet packet = server.receive();
            assertThat(StandardCharsets.UTF_8.decode(packet.bytes()).toString()).isEqualTo("hello");
            Fd write = packet.descriptors().getFirst();
            write.write("through".getBytes(StandardCharsets.UTF_8));
            write.close();
            assertThat(new FdInputStream(pipe.read()))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("through");
            pipe.read().close();
        }
    }

    @Test
    void whatWasSaidBeforeTheEndArrivesAlsoFromOneWhoDidNotListen() {
        Path path = directory.resolve("socket");
        try (ControlListener listener = ControlListener.at(path);
                ControlSocket client = ControlSocket.connect(path)) {
            try (ControlSocket server = listener.accept().orElseThrow()) {
                client.send(text("unheard"));
                server.send(text("last words"));
            }
            assertThat(client.receive().bytes().remaining()).isEqualTo("last words".length());
            assertThat(client.receive().bytes().remaining()).isZero();
        }
    }

    @Test
    void thePeerIsKnown() {
        Path path = directory.resolve("socket");
        try (ControlListener listener = ControlListener.at(path);
                ControlSocket _ = ControlSocket.connect(path);
                ControlSocket server = listener.accept().orElseThrow()) {
            assertThat(server.peerUser()).isEqualTo(Processes.effectiveUser());
        }
    }

    @Test
    void aPathMayBeLongerThanAnAddress() throws Exception {
        Path deep = directory.resolve("d".repeat(200));
        Files.createDirectory(deep);
        try (ControlListener listener = ControlListener.at(deep.resolve("socket"));
                ControlSocket client = ControlSocket.connect(deep.resolve("socket"));
                ControlSocket server = listener.accept().orElseThrow()) {
            client.send(text("far"));
            assertThat(server.receive().bytes().remaining()).isEqualTo(3);
        }
    }

    @Test
    void whoIsShutAcceptsNobody() {
        Path path = directory.resolve("socket");
        try (ControlListener listener = ControlListener.at(path)) {
            listener.shut();
            assertThat(listener.accept()).isEmpty();
        }
    }

    @Test
    void aSocketThatNobodyListensToIsToldFromNone() {
        Path path = directory.resolve("socket");
        ControlListener.at(path).close();
        assertThatThrownBy(() -> ControlSocket.connect(path))
                .isInstanceOfSatisfying(
                        LinuxException.class,
                        e -> assertThat(e.is(Errno.ECONNREFUSED)).isTrue());
        assertThatThrownBy(() -> ControlSocket.connect(directory.resolve("none")))
                .isInstanceOfSatisfying(
                        LinuxException.class,
                        e -> assertThat(e.is(Errno.ENOENT)).isTrue());
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
