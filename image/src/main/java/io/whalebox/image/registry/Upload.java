package io.whalebox.image.registry;

import io.whalebox.image.Descriptor;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A blob on its way to a registry: not at all where it is there already, by a word where another repository has it, else
 * in one request. If that breaks, the registry is asked how much it has, and gets the rest in chunks.
 */
final class Upload {
    private static final String BYTES = "application/octet-stream";
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    /** What proxies that limit a request let pass. */
    private static final long CHUNK = 8 << 20;

    private final Repository repository;
    private final Connection connection;
    private final Descriptor blob;
    private final Supplier<InputStream> content;
    private final LongConsumer progress;

    /**
     * @param content opens the blob anew for each attempt
     * @param progress told how many bytes have gone
     */
    Upload(Repository repository, Descriptor blob, Supplier<InputStream> content, LongConsumer progress) {
        this.repository = repository;
        this.connection = repository.connection();
        this.blob = blob;
        this.content = content;
        this.progress = progress;
    }

    /** What was done. */
    enum Outcome {
        EXISTED,
        MOUNTED,
        SENT
    }

    /** Sees to it that the registry has the blob. */
    Outcome run(Optional<String> elsewhere) {
        if (isThere()) {
            return Outcome.EXISTED;
        }
        for (int attempt = 1; ; attempt++) {
            Optional<URI> session = begin(attempt == 1 ? elsewhere : Optional.empty());
            if (session.isEmpty()) {
                return Outcome.MOUNTED;
            }
            try {
                send(session.get());
                return Outcome.SENT;
            } catch (IOException e) {
                if (attempt == Pauses.ATTEMPTS) {
                    throw new WhaleboxException(
                            ErrorKind.UNAVAILABLE,
                            connection.host() + " broke off the upload of "
                                    + blob.digest().shortId() + " " + attempt + " times (" + e.getMessage()
                                    + "): try again later",
                            e);
                }
                connection.pauses().beforeRetry(attempt);
            }
        }
    }

    private boolean isThere() {
        try (Answer answer = connection.send(Call.of("HEAD", repository.blob(blob.digest()), repository.pushScope()))) {
            if (answer.isSuccess() || answer.status() == 404) {
                return answer.isSuccess();
            }
            throw Refusal.of(answer, connection.host());
        }
    }

    /** Opens a session; there is none if the registry could take the blob from elsewhere. */
    private Optional<URI> begin(Optional<String> elsewhere) {
        URI uploads = repository.uploads();
        Call call = Call.of("POST", uploads, repository.pushScope());
        if (elsewhere.isPresent()) {
            URI mount = URI.create(uploads + "?mount=" + blob.digest() + "&from=" + elsewhere.get());
            call = call.to(mount).scope("repository:" + elsewhere.get() + ":pull");
        }
        try (Answer answer = connection.send(call)) {
            if (answer.status() == 201) {
                return Optional.empty();
            }
            if (answer.status() == 202) {
                return Optional.of(location(answer, uploads));
            }
            if (elsewhere.isPresent()) {
                // To read there may be forbidden, which is no reason not to write here.
                return begin(Optional.empty());
            }
            throw Refusal.of(answer, connection.host());
        }
    }

    private void send(URI session) throws IOException {
        URI finish = withDigest(session, blob.digest());
        int status;
        IOException failure = new IOException("it refused the upload");
        try (Answer answer = connection.sendOnce(
                Call.of("PUT", finish, repository.pushScope()).body(BYTES, blob.size(), () -> part(0, blob.size())))) {
            status = answer.status();
            if (answer.isSuccess()) {
                return;
            }
            if (status != 413 && status != 429 && status / 100 != 5) {
                throw Refusal.of(answer, connection.host());
            }
        } catch (IOException e) {
            failure = e;
            status = 0;
        }
        if (status == 413) {
            finish(chunks(session, 0, CHUNK));
            return;
        }
        try (Answer answer = connection.send(Call.of("GET", session, repository.pushScope()))) {
            if (!answer.isSuccess()) {
                throw failure;
            }
            long there = received(answer);
            finish(chunks(location(answer, session), there, blob.size()));
        }
    }

    /** Sends what is missing; gives the session as it is then. */
    private URI chunks(URI session, long from, long size) throws IOException {
        URI next = session;
        for (long offset = from; offset < blob.size(); ) {
            long start = offset;
            long length = Math.min(size, blob.size() - start);
            Call patch = Call.of("PATCH", next, repository.pushScope())
                    .header("Content-Range", start + "-" + (start + length - 1))
                    .body(BYTES, length, () -> part(start, length));
            try (Answer answer = connection.sendOnce(patch)) {
                if (!answer.isSuccess()) {
                    throw new IOException("it answered a chunk with status " + answer.status());
                }
                next = location(answer, next);
            }
            offset += length;
        }
        return next;
    }

    private void finish(URI session) throws IOException {
        try (Answer answer =
                connection.sendOnce(Call.of("PUT", withDigest(session, blob.digest()), repository.pushScope()))) {
            if (!answer.isSuccess()) {
                throw Refusal.of(answer, connection.host());
            }
        }
    }

    private static long received(Answer answer) {
        Matcher range = RANGE.matcher(answer.header("Range").orElse(""));
        // The last byte's number; of nothing, and of a single byte, it says 0.
        return range.matches() && !range.group(1).equals("0") ? Long.parseLong(range.group(1)) + 1 : 0;
    }

    private BodyPublisher part(long offset, long length) {
        BodyPublisher bytes = BodyPublishers.ofInputStream(() -> new Part(content.get(), offset, length, progress));
        return length == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(bytes, length);
    }

    private static URI location(Answer answer, URI otherwise) {
        try {
            return answer.header("Location")
                    .map(location -> answer.from().resolve(URI.create(location)))
                    .orElse(otherwise);
        } catch (IllegalArgumentException e) {
            throw new WhaleboxException(
                    ErrorKind.UNAVAILABLE,
                    answer.from().getHost() + " sends to what is no address: report it there",
                    e);
        }
    }

    private static URI withDigest(URI session, Digest digest) {
        return URI.create(session + (session.getRawQuery() == null ? "?" : "&") + "digest=" + digest);
    }

    /** A part of the blob, counted as it goes. */
    private static final class Part extends InputStream {
        private final InputStream in;
        private final LongConsumer progress;
        private final long offset;
        private long position;
        private final long end;
        private boolean begun;

        Part(InputStream in, long offset, long length, LongConsumer progress) {
            this.in = in;
            this.offset = offset;
            this.position = offset;
            this.end = offset + length;
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int start, int length) throws IOException {
            if (!begun) {
                in.skipNBytes(offset);
                begun = true;
            }
            if (position == end) {
                return -1;
            }
            int count = in.read(bytes, start, (int) Math.min(length, end - position));
            if (count > 0) {
                position += count;
                progress.accept(position);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
