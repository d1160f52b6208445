package io.whalebox.image.registry;

import io.whalebox.image.Descriptor;
import io.whalebox.image.ImageStore;
import io.whalebox.image.OutgoingImage;
import io.whalebox.image.OutgoingImage.Described;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;

/**
 * Pushes images: first all that their manifests refer to, so that nobody ever pulls one whose parts are missing, then
 * the manifests under their tags.
 */
public final class Push {
    private final Registries registries;
    private final ImageStore store;
    private final Progress progress;

    /** A pusher out of a store. */
    public Push(Registries registries, ImageStore store, Progress progress) {
        this.registries = registries;
        this.store = store;
        this.progress = progress;
    }

    /**
     * Pushes the image that a name means here to where the name says.
     *
     * @throws WhaleboxException NOT_FOUND if there is none; DENIED if the registry doesn't let this user
     */
    public Pushed push(Reference name) {
        if (name.digest().isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "cannot push a digest reference: name a tag, and pull by the digest");
        }
        return OutgoingImage.send(store, name, "push " + name, image -> push(name, image));
    }

    private Pushed push(Reference name, OutgoingImage image) {
        progress.begin(name);
        Repository repository = registries.repository(name);
        Map<Digest, String> elsewhere = image.elsewhere(name);
        List<Digest> diffIds = image.diffIds();
        AtomicReferenceArray<Descriptor> packed = new AtomicReferenceArray<>(diffIds.size());
        Set<Digest> begun = new HashSet<>();
        List<LayerTransfers.Transfer> transfers = new ArrayList<>();
        // The top one first, as Docker lists them.
        for (int i = diffIds.size() - 1; i >= 0; i--) {
            int index = i;
            Digest diffId = diffIds.get(i);
            boolean first = begun.add(diffId);
            if (first) {
                progress.stage(diffId, Progress.Stage.WAITING);
            }
            transfers.add(() -> {
                Descriptor blob = image.pack(index);
                packed.set(index, blob);
                if (first) {
                    upload(repository, image, blob, diffId, Optional.ofNullable(elsewhere.get(blob.digest())));
                }
            });
        }
        LayerTransfers.UPLOADS.run(transfers);
        Descriptor config = image.config();
        var _ = new Upload(repository, config, () -> image.open(config.digest()), _ -> {}).run(Optional.empty());
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(packed.get(i));
        }
        Described described = image.describe(layers);
        put(repository, name, described);
        image.remember(described);
        return new Pushed(
                name, described.manifest().digest(), described.manifest().bytes().length);
    }

    private void upload(
            Repository repository, OutgoingImage image, Descriptor blob, Digest diffId, Optional<String> elsewhere) {
        LongConsumer count = bytes -> progress.moved(diffId, bytes, blob.size());
        Upload upload = new Upload(repository, blob, () -> image.open(blob.digest()), count);
        switch (upload.run(elsewhere)) {
            case EXISTED -> progress.stage(diffId, Progress.Stage.EXISTS);
            case MOUNTED -> progress.mounted(diffId, elsewhere.orElse(""));
            case SENT -> progress.stage(diffId, Progress.Stage.COMPLETE);
        }
    }

    private static void put(Repository repository, Reference name, Described described) {
        byte[] json = described.manifest().bytes();
        Call call = Call.of("PUT", repository.manifest(name.tag().orElseThrow()), repository.pushScope())
                .body(described.mediaType(), json.length, () -> BodyPublishers.ofByteArray(json));
        try (Answer answer = repository.connection().send(call)) {
            if (!answer.isSuccess()) {
                throw Refusal.of(answer, name);
            }
            String digest = described.manifest().digest().toString();
            answer.header("Docker-Content-Digest")
                    .filter(found -> found.startsWith("sha256:") && !found.equals(digest))
                    .ifPresent(found -> {
                        throw new WhaleboxException(
                                ErrorKind.UNAVAILABLE,
                                repository.connection().host() + " keeps the manifest as " + found + " in place of "
                                        + digest + ": report it there");
                    });
        }
    }
}
