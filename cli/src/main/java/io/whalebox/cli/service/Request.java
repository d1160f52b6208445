package io.whalebox.cli.service;

import io.whalebox.linux.Client;
import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FdInputStream;
import io.whalebox.linux.RawText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What a client asks for ({@code struct request} of {@code native/client_engine.c}).
 *
 * @param build the directory of the client's build; an engine of another one may not understand it
 * @param words the command and its arguments
 * @param environment the client's
 * @param directory in which the client was called
 * @param input its standard input
 * @param typed where its standard input is read from: the same, or a pipe that the client fills from its terminal
 */
public record Request(
        String build,
        List<String> words,
        Map<String, String> environment,
        Path directory,
        Fd input,
        Fd output,
        Fd error,
        Fd typed,
        Client client)
        implements AutoCloseable {
    private static final int MAGIC = 0x51524257;
    private static final int SIZE = 3 * Integer.BYTES;
    private static final int DESCRIPTORS = 5;

    /** Waits for it; nothing when the other side is no client of ours or left without asking. */
    static Optional<Request> receive(ControlSocket socket, Executor threads) {
        ControlSocket.Packet packet = socket.receive();
        ByteBuffer header = packet.bytes();
        List<Fd> descriptors = packet.descriptors();
        if (header.remaining() != SIZE || header.getInt() != MAGIC || descriptors.size() != DESCRIPTORS) {
            descriptors.forEach(Fd::close);
            return Optional.empty();
        }
        try (Fd file = descriptors.getFirst()) {
            List<String> texts = texts(file);
            int arguments = header.getInt();
            int variables = header.getInt();
            return Optional.of(new Request(
                    texts.get(0),
                    List.copyOf(texts.subList(2, 2 + arguments)),
                    environment(texts.subList(2 + arguments, 2 + arguments + variables)),
                    Path.of(texts.get(1)),
                    descriptors.get(1),
                    descriptors.get(2),
                    descriptors.get(3),
                    descriptors.get(4),
                    Client.over(socket, threads)));
        }
    }

    /** Each ends with a zero byte. */
    private static List<String> texts(Fd file) {
        byte[] bytes;
        try {
            bytes = new FdInputStream(file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> texts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                texts.add(RawText.of(Arrays.copyOfRange(bytes, start, i)));
                start = i + 1;
            }
        }
        return texts;
    }

    private static Map<String, String> environment(List<String> entries) {
        Map<String, String> environment = new HashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                environment.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return environment;
    }

    @Override
    public void close() {
        input.close();
        output.close();
        error.close();
        typed.close();
        client.close();
    }
}
