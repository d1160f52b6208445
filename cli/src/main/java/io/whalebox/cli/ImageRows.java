package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.image.ListedImage;
import io.whalebox.image.Reference;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeSet;

/** The rows of {@code images}: one for each name that an image has, and one for an image without. */
final class ImageRows {
    static final SequencedMap<String, String> FIELDS = Table.named(
            "Containers",
            "CONTAINERS",
            "CreatedAt",
            "CREATED AT",
            "CreatedSince",
            "CREATED",
            "Digest",
            "DIGEST",
            "ID",
            "IMAGE ID",
            "Repository",
            "REPOSITORY",
            "SharedSize",
            "SHARED SIZE",
            "Size",
            "SIZE",
            "Tag",
            "TAG",
            "UniqueSize",
            "UNIQUE SIZE");
    static final List<String> COLUMNS = List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
    static final List<String> WITH_DIGEST = List.of("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size");

    private static final String NONE = "<none>";
    /** What lists say of what takes long to find out. */
    private static final String NOT_ASKED = "N/A";

    private static final DateTimeFormatter GO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z zzz", Locale.ROOT);

    private ImageRows() {}

    /** A name in its parts. */
    record Row(String repository, String tag, String digest) {
        Value.Struct fields(ListedImage image, boolean truncates, Instant now) {
            return fields(image, truncates, now, new Usage(NOT_ASKED, NOT_ASKED, NOT_ASKED));
        }

        /** In the order of their names, as Docker's JSON has them. */
        Value.Struct fields(ListedImage listed, boolean truncates, Instant now, Usage usage) {
            Instant created = listed.image().config().created().orElse(Instant.EPOCH);
            return Value.struct("image")
                    .put("Containers", usage.containers())
                    .put("CreatedAt", goTime(created))
                    .put("CreatedSince", created.equals(Instant.EPOCH) ? NOT_ASKED : Ago.since(created, now))
                    .put("Digest", digest)
                    .put(
                            "ID",
                            truncates
                                    ? listed.image().id().shortId()
                                    : listed.image().id().toString())
                    .put("Repository", repository)
                    .put("SharedSize", usage.shared())
                    .put("Size", ByteSize.decimal(listed.size()))
                    .put("Tag", tag)
                    .put("UniqueSize", usage.unique())
                    .end();
        }
    }

    /** What an image is used for and shares, as text. */
    record Usage(String containers, String shared, String unique) {}

    /** A time as Go prints it. */
    static String goTime(Instant time) {
        return GO_TIME.format(time.atZone(ZoneId.systemDefault()));
    }

    /**
     * The rows of an image.
     *
     * @param digests whether a name is shown once for each digest that it was pulled by
     */
    static List<Row> of(ListedImage image, ImageFilter filter, boolean digests) {
        List<Row> rows = new ArrayList<>();
        List<Reference> tags = image.names().stream()
                .filter(name -> name.tag().isPresent())
                .filter(filter::shows)
                .sorted()
                .toList();
        for (Reference name : tags) {
            for (String digest : digests ? digests(image, name.repository()) : List.of(NONE)) {
                rows.add(new Row(name.familiarRepository(), name.tag().orElse(NONE), digest));
            }
        }
        // Of what was pulled by its digest alone, that is the name.
        image.names().stream()
                .filter(name -> name.tag().isEmpty())
                .filter(name -> image.names().stream()
                        .noneMatch(other ->
                                other.tag().isPresent() && other.repository().equals(name.repository())))
                .filter(filter::shows)
                .sorted()
                .forEach(name -> rows.add(new Row(
                        name.familiarRepository(),
                        NONE,
                        name.digest().map(Object::toString).orElse(NONE))));
        if (image.names().isEmpty() && !filter.wantsNames()) {
            rows.add(new Row(NONE, NONE, NONE));
        }
        return rows;
    }

    /** The digests by which a repository has the image: those that it was pulled by, or that of its manifest here. */
    static SequencedSet<String> digests(ListedImage image, String repository) {
        SequencedSet<String> digests = new TreeSet<>();
        image.names().stream()
                .filter(name -> name.repository().equals(repository))
                .flatMap(name -> name.digest().stream())
                .forEach(digest -> digests.add(digest.toString()));
        if (digests.isEmpty()) {
            digests.add(image.image().manifest().digest().toString());
        }
        return digests;
    }
}
