package io.whalebox.image.registry;

import io.avaje.jsonb.Json;
import io.whalebox.image.Documents;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What registries have: the tags of a repository, and the repositories that a word is found in. */
public final class Listing {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

    /** Docker's registry itself can't be searched; the index beside it can. */
    private static final URI DOCKER_INDEX = URI.create("https://index.docker.io");

    private static final int MOST_PAGES = 1000;

    private final Registries registries;

    /** Of these registries. */
    public Listing(Registries registries) {
        this.registries = registries;
    }

    /**
     * A repository that was found.
     *
     * @param stars how many people like it
     * @param official whether Docker itself looks after it
     */
    @Json
    public record Found(
            String name,
            Optional<String> description,
            @Json.Property("star_count") long stars,
            @Json.Property("is_official") boolean official) {
        public Found {
            name = Documents.required(name, "name");
            description = Documents.text(description);
        }
    }

    /** The tags of a name's repository. */
    public List<String> tags(Reference name) {
        Repository repository = registries.repository(name);
        URI first = repository.connection().resolve("/v2/" + repository.path() + "/tags/list");
        return pages(
                repository.connection(),
                first,
                repository.pullScope(),
                json -> Documents.read(Tags.class, json, "the list of tags").tags(),
                answer -> Refusal.of(answer, name));
    }

    /**
     * Searches a registry.
     *
     * @param host the registry; Docker's own by {@code docker.io}
     * @param limit of what is found
     */
    public List<Found> search(String host, String term, int limit) {
        Connection connection = registries.connect(host);
        URI base = host.equals(RegistrySettings.DOCKER) ? DOCKER_INDEX : connection.base();
        String query = "/v1/search?q=" + URLEncoder.encode(term, StandardCharsets.UTF_8) + "&n=" + limit;
        try (Answer answer = connection.send(Call.of("GET", base.resolve(query), Set.of()))) {
            if (answer.isSuccess()) {
                List<Found> found = Documents.read(
                                Results.class, answer.read(Documents.LARGEST), "what the search found")
                        .results();
                return found.subList(0, Math.min(limit, found.size()));
            }
            if (answer.status() != 404) {
                throw Refusal.of(answer, host);
            }
        } catch (IOException e) {
            throw Wire.unreachable(base, e);
        }
        return inCatalog(connection, term, limit);
    }

    /** Most registries only list all that they have. */
    private static List<Found> inCatalog(Connection connection, String term, int limit) {
        return pages(
                        connection,
                        connection.resolve("/v2/_catalog?n=1000"),
                        Set.of("registry:catalog:*"),
                        json -> Documents.read(Catalog.class, json, "the catalog")
                                .repositories(),
                        answer -> answer.status() == 404
                                ? new WhaleboxException(
                                        ErrorKind.PRECONDITION, connection.host() + " does not offer a search")
                                : Refusal.of(answer, connection.host()))
                .stream()
                .filter(name -> name.contains(term))
                .limit(limit)
                .map(name -> new Found(name, Optional.empty(), 0, false))
                .toList();
    }

    private static List<String> pages(
            Connection connection,
            URI first,
            Set<String> scopes,
            Function<byte[], List<String>> reader,
            Function<Answer, WhaleboxException> refusal) {
        List<String> all = new ArrayList<>();
        Optional<URI> next = Optional.of(first);
        for (int page = 0; next.isPresent() && page < MOST_PAGES; page++) {
            URI uri = next.get();
            try (Answer answer = connection.send(Call.of("GET", uri, scopes))) {
                if (!answer.isSuccess()) {
                    throw refusal.apply(answer);
                }
                all.addAll(reader.apply(answer.read(Documents.LARGEST)));
                next = answer.header("Link")
                        .map(NEXT::matcher)
                        .filter(Matcher::find)
                        .map(link -> uri.resolve(link.group(1)));
            } catch (IOException e) {
                throw Wire.unreachable(uri, e);
            }
        }
        return all;
    }

    /** The tags of a repository (OCI distribution specification, "Listing Tags"). */
    @Json
    record Tags(List<String> tags) {
        Tags {
            tags = Documents.list(tags);
        }
    }

    /** All repositories, as the reference implementation lists them. */
    @Json
    record Catalog(List<String> repositories) {
        Catalog {
            repositories = Documents.list(repositories);
        }
    }

    /** What a search answers. */
    @Json
    record Results(List<Found> results) {
        Results {
            results = Documents.list(results);
        }
    }
}
