package io.whalebox.image.registry;

import io.whalebox.image.Blob;
import io.whalebox.image.Descriptor;
import io.whalebox.image.Documents;
import io.whalebox.image.MediaType;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** One repository of a registry: its manifests and blobs. */
record Repository(Connection connection, String path) {
    /** A manifest as it came, with what it says that it is. */
    record Fetched(Optional<String> mediaType, Blob content) {
        Digest digest() {
            return content.digest();
        }
    }

    URI blob(Digest digest) {
        return connection.resolve("/v2/" + path + "/blobs/" + digest);
    }

    URI uploads() {
        return connection.resolve("/v2/" + path + "/blobs/uploads/");
    }

    URI manifest(String tagOrDigest) {
        return connection.resolve("/v2/" + path + "/manifests/" + tagOrDigest);
    }

    Set<String> pullScope() {
        return Set.of(scope("pull"));
    }

    Set<String> pushScope() {
        return Set.of(scope("pull,push"));
    }

    private String scope(String actions) {
        return "repository:" + path + ":" + actions;
    }

    /**
     * Fetches what a name means.
     *
     * @throws WhaleboxException NOT_FOUND, DENIED, or INVALID if it isn't what its digest says
     */
    Fetched manifest(Reference name) {
        String which = name.digest().map(Digest::toString).or(name::tag).orElseThrow();
        Call call = Call.of("GET", manifest(which), pullScope())
                .header("Accept", String.join(", ", MediaType.MANIFESTS_AND_INDEXES));
        try (Answer answer = connection.send(call)) {
            if (!answer.isSuccess()) {
                throw Refusal.of(answer, name);
            }
            byte[] bytes = answer.read(Documents.LARGEST);
            if (bytes.length > Documents.LARGEST) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "the manifest is larger than " + Documents.LARGEST + " bytes, which no image needs");
            }
            Fetched fetched = new Fetched(
                    answer.header("Content-Type")
                            .map(type -> type.split(";", -1)[0].strip())
                            .filter(MediaType.MANIFESTS_AND_INDEXES::contains),
                    new Blob(bytes));
            Optional<String> expected =
                    name.digest().map(Digest::toString).or(() -> answer.header("Docker-Content-Digest"));
            if (expected.filter(digest -> digest.startsWith("sha256:")
                            && !digest.equals(fetched.digest().toString()))
                    .isPresent()) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "the manifest does not match its digest: expected " + expected.get() + ", found "
                                + fetched.digest());
            }
            return fetched;
        } catch (IOException e) {
            throw Wire.unreachable(manifest(which), e);
        }
    }

    /** Fetches a small blob, such as a configuration, and checks it. */
    Blob read(Descriptor blob, String what) {
        if (blob.size() > Documents.LARGEST) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, what + " is larger than " + Documents.LARGEST + " bytes, which no image needs");
        }
        try (Stalls stalls = new Stalls(connection.pauses().stall());
                BlobStream in = new BlobStream(this, blob, 0, stalls, _ -> {})) {
            Blob content = new Blob(in.readAllBytes());
            if (!content.digest().equals(blob.digest())) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        what + " does not match its digest: expected " + blob.digest() + ", found " + content.digest());
            }
            return content;
        } catch (IOException e) {
            throw Wire.unreachable(blob(blob.digest()), e);
        }
    }
}
