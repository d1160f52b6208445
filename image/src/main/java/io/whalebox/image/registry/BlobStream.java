package io.whalebox.image.registry;

import io.whalebox.image.Descriptor;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A blob as a registry sends it, from some byte to its last. When the connection breaks it is opened again at the byte
 * where that happened; only when that gets nowhere, reading fails.
 */
final class BlobStream extends InputStream {
    private static final System.Logger LOG = Loggers.named("io.whalebox.image.registry");

    private final Connection connection;
    private final URI uri;
    private final Set<String> scopes;
    private final Descriptor blob;
    private final Stalls stalls;
    private final LongConsumer progress;
    private Optional<Answer> answer = Optional.empty();
    private long position;
    private int failures;

    /**
     * @param offset of its first byte in the blob
     * @param progress told of each piece that came
     */
    BlobStream(Repository repository, Descriptor blob, long offset, Stalls stalls, LongConsumer progress) {
        this.connection = repository.connection();
        this.uri = repository.blob(blob.digest());
        this.scopes = repository.pullScope();
        this.blob = blob;
        this.position = offset;
        this.stalls = stalls;
        this.progress = progress;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (position == blob.size()) {
            return -1;
        }
        while (true) {
            try {
                if (answer.isEmpty()) {
                    answer = Optional.of(open());
                }
                int count = readOnce(answer.get(), bytes, offset, (int) Math.min(length, blob.size() - position));
                position += count;
                failures = 0;
                progress.accept(count);
                return count;
            } catch (IOException e) {
                close();
                retryAfter(e);
            }
        }
    }

    private int readOnce(Answer from, byte[] bytes, int offset, int length) throws IOException {
        try (Stalls.Watch _ = stalls.watch(from)) {
            int count = from.body().read(bytes, offset, length);
            if (count < 0) {
                throw new EOFException("it ended after " + position + " of " + blob.size() + " bytes");
            }
            return count;
        }
    }

    private void retryAfter(IOException failure) {
        failures++;
        if (Thread.currentThread().isInterrupted() || failures == Pauses.ATTEMPTS) {
            throw new WhaleboxException(
                    ErrorKind.UNAVAILABLE,
                    connection.host() + " broke off the layer " + blob.digest().shortId() + " " + failures + " times ("
                            + failure.getMessage() + "): try again, it will go on from there",
                    failure);
        }
        LOG.log(
                Level.DEBUG,
                "{0} broke off {1} at {2}: {3}",
                connection.host(),
                blob.digest(),
                position,
                failure.getMessage());
        connection.pauses().beforeRetry(failures);
    }

    private Answer open() throws IOException {
        Call call = Call.of("GET", uri, scopes);
        Answer opened = connection.send(position == 0 ? call : call.header("Range", "bytes=" + position + "-"));
        if (opened.status() == 206 && startsAt(opened, position)) {
            return opened;
        }
        if (opened.status() == 200) {
            // This one doesn't know ranges.
            try (Stalls.Watch _ = stalls.watch(opened)) {
                opened.body().skipNBytes(position);
            }
            return opened;
        }
        try (opened) {
            throw opened.status() == 404
                    ? new WhaleboxException(
                            ErrorKind.NOT_FOUND,
                            connection.host() + " lacks the layer " + blob.digest()
                                    + " of the image: it has to be pushed again")
                    : Refusal.of(opened, connection.host());
        }
    }

    private static boolean startsAt(Answer answer, long position) {
        return answer.header("Content-Range")
                .filter(range -> range.startsWith("bytes " + position + "-"))
                .isPresent();
    }

    @Override
    public void close() {
        answer.ifPresent(Answer::close);
        answer = Optional.empty();
    }
}
