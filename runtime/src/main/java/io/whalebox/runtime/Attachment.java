package io.whalebox.runtime;

import io.whalebox.linux.Fd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A user's streams that are to be a container's. The monitor gets descriptors of its own, so these can be closed once
 * the attachment has been sent.
 *
 * <p>{@snippet :
 * Attachment.of().output(stdout).error(stderr).connection(theirs);
 * }
 *
 * @param connection one end of a pair ({@code ControlSocket.pair}): whoever holds the other can send signals and
 *     window sizes, hears of the end, and ends the attachment by closing it. Without, all that is the business of the
 *     connection that the attachment is sent on, which can have one only.
 * @param input what the container reads, mixed with that of other attachments
 * @param output where its output goes; all of its output if it has a terminal
 * @param error where its standard error goes
 * @param inputOnce whether the container's input ends when this input does, or the connection
 * @param keys what ends the attachment when it is typed
 */
public record Attachment(
        Optional<Fd> connection,
        Optional<Fd> input,
        Optional<Fd> output,
        Optional<Fd> error,
        boolean inputOnce,
        DetachKeys keys) {
    static final int CONNECTION = 1;
    static final int INPUT = 2;
    static final int OUTPUT = 4;
    static final int ERROR = 8;
    static final int INPUT_ONCE = 16;

    /** An attachment without streams. */
    public static Attachment of() {
        return new Attachment(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, DetachKeys.NONE);
    }

    public Attachment connection(Fd end) {
        return new Attachment(Optional.of(end), input, output, error, inputOnce, keys);
    }

    public Attachment input(Fd stream) {
        return new Attachment(connection, Optional.of(stream), output, error, inputOnce, keys);
    }

    /** The same, and when it is over, the container's input is too. */
    public Attachment inputOnce(Fd stream) {
        return new Attachment(connection, Optional.of(stream), output, error, true, keys);
    }

    public Attachment output(Fd stream) {
        return new Attachment(connection, input, Optional.of(stream), error, inputOnce, keys);
    }

    public Attachment error(Fd stream) {
        return new Attachment(connection, input, output, Optional.of(stream), inputOnce, keys);
    }

    public Attachment keys(DetachKeys detach) {
        return new Attachment(connection, input, output, error, inputOnce, detach);
    }

    ByteBuffer command() {
        int flags = (connection.isPresent() ? CONNECTION : 0)
                | (input.isPresent() ? INPUT : 0)
                | (output.isPresent() ? OUTPUT : 0)
                | (error.isPresent() ? ERROR : 0)
                | (inputOnce ? INPUT_ONCE : 0);
        return Command.attach(flags, keys.bytes());
    }

    /** In the order of the flags. */
    List<Fd> descriptors() {
        return Stream.of(connection, input, output, error)
                .flatMap(Optional::stream)
                .toList();
    }
}
