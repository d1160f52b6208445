package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image: {@code [domain/]path[:tag][@digest]}, by the grammar that Docker, containerd and the registries
 * share. It is always held in full ({@code docker.io/library/busybox:latest}) and printed as people write it
 * ({@code busybox:latest}).
 *
 * @param domain the registry's host, with its port if it has one
 * @param path the repository within it, such as {@code library/busybox}
 * @param tag absent only where there is a digest
 * @param digest of the manifest, where the name pins one
 */
public record Reference(String domain, String path, Optional<String> tag, Optional<Digest> digest)
        implements Comparable<Reference> {
    private static final String DEFAULT_DOMAIN = "docker.io";
    private static final String OLD_DEFAULT_DOMAIN = "index.docker.io";
    private static final String OFFICIAL = "library/";
    private static final String DEFAULT_TAG = "latest";

    /** The grammar's own limit on the path. */
    private static final int LONGEST_PATH = 255;
    /** No valid name comes near; it keeps the matcher's work on a hostile one small. */
    private static final int LONGEST = 1024;

    private static final String DOMAIN_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final String HOST =
            "(?:" + DOMAIN_LABEL + "(?:\\." + DOMAIN_LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final String PATH = COMPONENT + "(?:/" + COMPONENT + ")*";
    private static final String TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    private static final String DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[a-fA-F0-9]{32,}";
    private static final Pattern FULL =
            Pattern.compile("(" + HOST + ")/(" + PATH + ")(?::(" + TAG + "))?(?:@(" + DIGEST + "))?");
    private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

    public Reference {
        if (tag.isEmpty() && digest.isEmpty()) {
            throw new IllegalArgumentException("a reference has a tag or a digest");
        }
        String text = text(domain, path, tag, digest);
        if (text.length() > LONGEST || !FULL.matcher(text).matches()) {
            throw invalid("invalid reference format");
        }
    }

    /**
     * Reads a name as a person writes it, filling in what is usual: Docker's registry, {@code library/}, the tag
     * {@code latest}. The messages are Docker's.
     */
    public static Reference parse(String text) {
        if (text.length() > LONGEST) {
            throw invalid("invalid reference format");
        }
        if (IDENTIFIER.matcher(text).matches()) {
            throw invalid("invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
        }
        Split split = Split.of(text);
        String name = split.rest().substring(0, indexOrEnd(split.rest(), ':'));
        if (!name.equals(name.toLowerCase(Locale.ROOT))) {
            throw invalid("invalid reference format: repository name (" + name + ") must be lowercase");
        }
        Matcher matcher = FULL.matcher(split.domain() + '/' + split.rest());
        if (!matcher.matches()) {
            throw invalid("invalid reference format");
        }
        String path = matcher.group(2);
        if (path.length() > LONGEST_PATH) {
            throw invalid("repository name must not be more than " + LONGEST_PATH + " characters");
        }
        Optional<String> tag = Optional.ofNullable(matcher.group(3));
        Optional<Digest> digest = Optional.ofNullable(matcher.group(4)).map(Reference::digest);
        return new Reference(
                split.domain(), path, tag.isEmpty() && digest.isEmpty() ? Optional.of(DEFAULT_TAG) : tag, digest);
    }

    /** Checks the name of a registry that stands alone, and gives it back. */
    public static String requireHost(String host) {
        if (host.length() > LONGEST || !host.matches(HOST)) {
            throw invalid("invalid registry name: expected a host, with a port behind a colon if it needs one");
        }
        return host;
    }

    /** The name without tag and digest, in full: {@code docker.io/library/busybox}. */
    public String repository() {
        return domain + '/' + path;
    }

    /** The name without tag and digest, as people write it: {@code busybox}. */
    public String familiarRepository() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return repository();
        }
        boolean official = path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0;
        return official ? path.substring(OFFICIAL.length()) : path;
    }

    /** The same pinned by its digest alone, which is what counts where there are both. */
    public Reference withoutTag() {
        return digest.isEmpty() ? this : new Reference(domain, path, Optional.empty(), digest);
    }

    /** With nothing left out: {@code docker.io/library/busybox:latest}. */
    public String full() {
        return text(domain, path, tag, digest);
    }

    /** As people write it and Docker prints it: {@code busybox:latest}. */
    @Override
    public String toString() {
        return familiarRepository() + suffix(tag, digest);
    }

    @Override
    public int compareTo(Reference other) {
        return full().compareTo(other.full());
    }

    private static String text(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
        return domain + '/' + path + suffix(tag, digest);
    }

    private static String suffix(Optional<String> tag, Optional<Digest> digest) {
        return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }

    private static Digest digest(String text) {
        String hex = text.substring(text.indexOf(':') + 1);
        if (!text.startsWith("sha256:")) {
            throw invalid("unsupported digest algorithm");
        }
        if (hex.length() != 64) {
            throw invalid("invalid checksum digest length");
        }
        if (!IDENTIFIER.matcher(hex).matches()) {
            throw invalid("invalid checksum digest format");
        }
        return new Digest(hex);
    }

    private static int indexOrEnd(String text, char c) {
        int index = text.indexOf(c);
        return index < 0 ? text.length() : index;
    }

    private static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }

    /** The first component is a host when it looks like one: it has a dot or a colon, or capitals, or is localhost. */
    private record Split(String domain, String rest) {
        static Split of(String text) {
            int slash = text.indexOf('/');
            if (slash < 0) {
                return new Split(DEFAULT_DOMAIN, OFFICIAL + text);
            }
            String first = text.substring(0, slash);
            String rest = text.substring(slash + 1);
            if (first.equals(DEFAULT_DOMAIN) || first.equals(OLD_DEFAULT_DOMAIN)) {
                return new Split(DEFAULT_DOMAIN, rest.indexOf('/') < 0 ? OFFICIAL + rest : rest);
            }
            boolean host = first.equals("localhost")
                    || first.indexOf('.') >= 0
                    || first.indexOf(':') >= 0
                    || !first.equals(first.toLowerCase(Locale.ROOT));
            return host ? new Split(first, rest) : new Split(DEFAULT_DOMAIN, text);
        }
    }
}
