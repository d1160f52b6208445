package io.whalebox.image;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.Layer;
import io.whalebox.storage.LayerStore;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The images of this machine.
 *
 * <pre>
 *   references/NAME:TAG     which image a name means
 *   images/sha256/ID        which manifest an image has; an image without a name has this too
 *   content/                manifests, configurations and packed layers by digest ({@link ContentStore})
 *   snapshots/              unpacked layers by digest ({@link LayerStore})
 * </pre>
 *
 * <p>Each refers to those below it and is written after them, so that whatever is seen is whole, also after a crash.
 * Reading takes no lock. Names change under one lock, and only the collector removes content, when nobody holds a
 * {@link Lease}. Any number of threads and processes may use a store at the same time.
 */
public final class ImageStore implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.image");

    private final LayerStore layers;
    private final ContentStore content;
    private final References references;
    private final ImageRecords records;
    private final Collector collector;
    private final ImageUsers users;
    /** Its lock is shared by those who add to the content, and taken alone to collect it. */
    private final Directory leased;
    /** Its lock is for who changes names. */
    private final Directory named;

    private ImageStore(Path root, LayerStore layers, ImageUsers users) {
        this.layers = layers;
        this.users = users;
        content = new ContentStore(root.resolve("content"));
        references = new References(root.resolve("references"), content.staging());
        records = new ImageRecords(root.resolve("images").resolve("sha256"), content.staging());
        collector = new Collector(content, layers);
        leased = Directory.open(root.resolve("content").toString());
        named = Directory.open(root.resolve("references").toString());
    }

    /**
     * Opens the store under Whalebox's root directory, and makes what is missing of it.
     *
     * @param root such as {@code /var/lib/whalebox}
     * @param layers of the same root
     * @param users is asked before anything is removed
     */
    public static ImageStore open(Path root, LayerStore layers, ImageUsers users) {
        return new ImageStore(PrivateDirectory.make(root), layers, users);
    }

    /** Does ahead of time, on whatever thread, what the first look at an image would have to wait for. */
    public static void prepare() {
        Documents.prepare();
        Digest.newHash();
    }

    /** Keeps everything that is here, until it is closed. Whoever is about to use an image takes one first. */
    public Lease lease() {
        return Lease.take(leased);
    }

    /**
     * Finds an image by whatever names one: a reference, an id or the first digits of it.
     *
     * @throws WhaleboxException NOT_FOUND; INVALID if the text is malformed or several ids begin so
     */
    public Image resolve(String nameOrId) {
        return image(resolveId(nameOrId));
    }

    /** The image that a name means. */
    public Optional<Image> find(Reference name) {
        return findId(name).filter(id -> records.find(id).isPresent()).map(this::image);
    }

    /** The image with this id. */
    public Optional<Image> findById(Digest id) {
        return records.find(id).isPresent() ? Optional.of(image(id)) : Optional.empty();
    }

    /** All images with their names, the newest first. */
    public List<ListedImage> list() {
        Map<Digest, List<Reference>> names = references.list().entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        List<ListedImage> images = new ArrayList<>();
        // Images share layers, so each is looked up once.
        Map<Digest, Long> sizes = new HashMap<>();
        for (Digest id : records.list()) {
            readable(id).ifPresent(image -> {
                long size = image.layers().stream()
                        .mapToLong(layer -> sizes.computeIfAbsent(layer, this::layerSize))
                        .sum();
                images.add(new ListedImage(image, names.getOrDefault(id, List.of()), size));
            });
        }
        images.sort(Comparator.comparing((ListedImage listed) ->
                        listed.image().config().created().orElse(Instant.EPOCH))
                .reversed()
                .thenComparing(listed -> listed.image().id()));
        return images;
    }

    /** All names, with the image that each means. */
    Map<Reference, Digest> names() {
        return references.list();
    }

    /** An image with its names. */
    public ListedImage listed(Image image) {
        List<Reference> names = references.list().entrySet().stream()
                .filter(entry -> entry.getValue().equals(image.id()))
                .map(Map.Entry::getKey)
                .toList();
        return new ListedImage(image, names, size(image));
    }

    /** How many bytes the files of all its layers have. */
    public long size(Image image) {
        return image.layers().stream().mapToLong(this::layerSize).sum();
    }

    private long layerSize(Digest diffId) {
        return layers.find(diffId).map(Layer::size).orElse(0L);
    }

    /** Its unpacked layers, the lowest first. */
    public List<Layer> layers(Image image) {
        return image.layers().stream()
                .map(diffId -> layers.find(diffId)
                        .orElseThrow(() -> new WhaleboxException(
                                ErrorKind.INTERNAL,
                                "image " + image.id().shortId() + " lacks its layer " + diffId
                                        + ": remove it and load it again")))
                .toList();
    }

    /** Gives an image one more name, which it takes from whatever had it. */
    public void tag(Image image, Reference name) {
        if (name.digest().isPresent()) {
            throw new WhaleboxException(ErrorKind.INVALID, "refusing to create a tag with a digest reference");
        }
        try (Lease lease = lease();
                FileLock _ = FileLock.on(named)) {
            if (records.find(image.id()).isEmpty()) {
                throw notFound(image.id().toString());
            }
            references.put(lease, name, image.id());
        }
    }

    /**
     * Removes a name, or an image with all its names, by Docker's rules, and then whatever nothing needs any more.
     *
     * @param force also removes an image that has several names or stopped containers
     * @return what was done, in order
     */
    public List<Removed> remove(String nameOrId, boolean force) {
        List<Removed> removed;
        try (FileLock _ = FileLock.on(named)) {
            Digest id = resolveId(nameOrId);
            List<ImageUsers.User> all = users.users();
            removed = new Removal(references, records, id, all, () -> chainsOnlyOf(id, all)).remove(nameOrId, force);
            content.staging().mark();
        }
        sweep();
        return removed;
    }

    /**
     * Removes images that are not wanted and that no container was made from, and then whatever nothing needs any more.
     *
     * @param unwanted says of an image whether it may go
     */
    public Pruned prune(Predicate<ListedImage> unwanted) {
        Pruned pruned;
        try (FileLock _ = FileLock.on(named)) {
            List<ListedImage> all = list();
            pruned = new ImagePrune(references, records, layers)
                    .remove(
                            all.stream().map(ListedImage::image).toList(),
                            all.stream().filter(unwanted).toList(),
                            users.users());
            if (!pruned.removed().isEmpty()) {
                content.staging().mark();
            }
        }
        sweep();
        return pruned;
    }

    /**
     * Removes what no image and no container needs, and what crashes have left. Costs nothing when there is none, and
     * leaves it to the next one while somebody is adding something.
     */
    public void sweep() {
        if (content.staging().isEmpty() && !content.partials().hasExpired()) {
            return;
        }
        try (FileLock _ = FileLock.on(named)) {
            boolean done = Lease.collect(
                    leased,
                    () -> collector.collect(
                            records.list().stream().map(this::image).toList(), users.users()));
            LOG.log(Level.DEBUG, done ? "collected what nothing needs" : "nothing is collected while images are added");
        } catch (WhaleboxException e) {
            // An image that can't be read may need anything. Keeping too much is safe.
            LOG.log(Level.WARNING, "nothing is collected: {0}", e.getMessage());
        }
    }

    /** Something that adds content. */
    @FunctionalInterface
    interface Addition<T> {
        T run(Lease lease) throws IOException;
    }

    /**
     * Runs what adds content. What it leaves behind when it fails is collected.
     *
     * @param what is attempted, for the message of a failure
     */
    <T> T adding(String what, Addition<T> addition) {
        try (Lease lease = lease()) {
            // Stays if this process dies, and so tells the next sweep that there is something to collect.
            Path mark = content.staging().mark();
            T result = addition.run(lease);
            content.staging().discard(mark);
            return result;
        } catch (IOException | RuntimeException | Error e) {
            try {
                sweep();
            } catch (RuntimeException later) {
                e.addSuppressed(later);
            }
            throw StoreFailure.of(what, e);
        }
    }

    /** Adds what describes an image whose layers are here. Nobody sees it yet. */
    Image add(Lease lease, Blob config, Offered.PackedManifest manifest) {
        content.add(lease, config);
        content.add(lease, manifest.json());
        Digest id = config.digest();
        return new Image(id, manifest.json().as(manifest.mediaType()), parse(id, config.bytes()));
    }

    /**
     * Makes an image visible, together with its names, so that nobody removes it between the one and the other.
     *
     * @return those names that another image had, with that image
     */
    Map<Reference, Digest> publish(Lease lease, Image image, List<Reference> names) {
        Map<Reference, Digest> before = new HashMap<>();
        try (FileLock _ = FileLock.on(named)) {
            records.put(lease, image.id(), image.manifest());
            for (Reference name : names) {
                references
                        .find(name)
                        .filter(other -> !other.equals(image.id()))
                        .filter(other -> records.find(other).isPresent())
                        .ifPresent(other -> before.put(name, other));
                references.put(lease, name, image.id());
            }
            before.forEach(this::unpin);
        }
        return before;
    }

    /** Of an image that has lost its last tag in a repository, the digests by which it was pulled from there go too. */
    private void unpin(Reference lost, Digest image) {
        List<Reference> left = references.list().entrySet().stream()
                .filter(entry -> entry.getValue().equals(image))
                .map(Map.Entry::getKey)
                .filter(name -> name.repository().equals(lost.repository()))
                .toList();
        if (left.stream().allMatch(name -> name.tag().isEmpty())) {
            left.forEach(references::remove);
        }
    }

    @Override
    public void close() {
        leased.close();
        named.close();
    }

    ContentStore content() {
        return content;
    }

    LayerStore layerStore() {
        return layers;
    }

    private Image image(Digest id) {
        Descriptor manifest = records.find(id).orElseThrow(() -> notFound(id.toString()));
        return new Image(id, manifest, content.configuration(id));
    }

    private static ImageConfig parse(Digest id, byte[] config) {
        return ImageConfig.parse(config, "the configuration of image " + id);
    }

    /** An image, unless it is damaged: the others are to be seen all the same, and it can be removed unread. */
    private Optional<Image> readable(Digest id) {
        try {
            return Optional.of(image(id));
        } catch (WhaleboxException e) {
            LOG.log(Level.WARNING, "image {0} is left out: {1}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private Digest resolveId(String nameOrId) {
        if (ImageRecords.isId(nameOrId)) {
            return records.findByPrefix(nameOrId).orElseThrow(() -> notFound(nameOrId));
        }
        Reference name = Reference.parse(nameOrId);
        return findId(name)
                .filter(id -> records.find(id).isPresent())
                .or(() -> records.findByPrefix(nameOrId))
                .orElseThrow(() -> notFound(name.toString()));
    }

    /** A digest counts more than a tag beside it, as with Docker, and is that of the manifest. */
    private Optional<Digest> findId(Reference name) {
        if (name.digest().isEmpty()) {
            return references.find(name);
        }
        Optional<Digest> pinned = references.find(name.withoutTag());
        return pinned.isPresent()
                ? pinned
                : references.list().entrySet().stream()
                        .filter(entry -> entry.getKey().repository().equals(name.repository()))
                        .map(Map.Entry::getValue)
                        .filter(id -> records.find(id).map(Descriptor::digest).equals(name.digest()))
                        .findFirst();
    }

    private List<Digest> chainsOnlyOf(Digest id, List<ImageUsers.User> containers) {
        Set<Digest> others = new HashSet<>();
        for (Digest other : records.list()) {
            if (!other.equals(id)) {
                readable(other).ifPresent(image -> others.addAll(ImageConfig.chainIds(image.layers())));
            }
        }
        containers.forEach(user -> others.addAll(ImageConfig.chainIds(user.layers())));
        List<Digest> own =
                readable(id).map(image -> ImageConfig.chainIds(image.layers())).orElse(List.of());
        return own.reversed().stream().filter(chain -> !others.contains(chain)).toList();
    }

    private static WhaleboxException notFound(String name) {
        return new WhaleboxException(
                ErrorKind.NOT_FOUND,
                "No such image: " + name + " (whalebox images lists those that are here, whalebox pull fetches one)");
    }
}
