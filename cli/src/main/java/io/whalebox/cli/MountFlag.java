package io.whalebox.cli;

import io.whalebox.linux.WhaleboxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code --mount type=bind,source=/src,target=/dst,readonly}: one line of comma-separated values, a key or
 * {@code key=value} each.
 *
 * @param propagation of a bind mount, as Docker spells it
 * @param tmpfsMode permission bits of a tmpfs's root
 */
record MountFlag(
        Type type,
        String source,
        String target,
        boolean readOnly,
        Optional<String> propagation,
        Recursion recursion,
        OptionalLong tmpfsSize,
        OptionalInt tmpfsMode,
        VolumeParts volume) {

    /** What {@code volume-} keys say of a volume. */
    record VolumeParts(
            boolean noCopy, String subpath, String driver, Map<String, String> labels, Map<String, String> options) {
        static final VolumeParts NONE = new VolumeParts(false, "", "", Map.of(), Map.of());
    }

    enum Type {
        BIND,
        TMPFS,
        VOLUME
    }

    /** Whether mounts below the source of a bind mount come along, and whether they are read-only with it. */
    enum Recursion {
        ENABLED,
        DISABLED,
        WRITABLE,
        READONLY
    }

    static MountFlag parse(String text) {
        if (text.isEmpty()) {
            throw Strconv.invalid("EOF");
        }
        Parts parts = new Parts();
        for (String field : csv(text)) {
            parts.add(field);
        }
        return parts.build();
    }

    /** What has been said so far. */
    private static final class Parts {
        private String type = "volume";
        private String source = "";
        private String target = "";
        private boolean readOnly;
        private Optional<String> propagation = Optional.empty();
        private Recursion recursion = Recursion.ENABLED;
        private OptionalLong tmpfsSize = OptionalLong.empty();
        private OptionalInt tmpfsMode = OptionalInt.empty();
        private boolean noCopy;
        private String subpath = "";
        private String driver = "";
        private final Map<String, String> labels = new LinkedHashMap<>();
        private final Map<String, String> volumeOptions = new LinkedHashMap<>();

        void add(String field) {
            int equals = field.indexOf('=');
            String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (equals < 0) {
                switch (key) {
                    case "readonly", "ro" -> readOnly = true;
                    case "bind-nonrecursive" -> recursion = Recursion.DISABLED;
                    case "volume-nocopy" -> noCopy = true;
                    default -> throw Strconv.invalid("invalid field '" + field + "' must be a key=value pair");
                }
                return;
            }
            String value = field.substring(equals + 1);
            switch (key) {
                case "type" -> type = value.toLowerCase(Locale.ROOT);
                case "source", "src" -> source = value;
                case "target", "dst", "destination" -> target = value;
                case "readonly", "ro" -> readOnly = bool(key, value);
                case "bind-propagation" -> propagation = Optional.of(value.toLowerCase(Locale.ROOT));
                case "bind-nonrecursive" -> recursion = bool(key, value) ? Recursion.DISABLED : Recursion.ENABLED;
                case "bind-recursive" -> recursion = recursion(value);
                case "tmpfs-size" -> {
                    if (!ByteSize.isReadable(value)) {
                        throw Strconv.invalid("invalid value for tmpfs-size: " + value);
                    }
                    tmpfsSize = OptionalLong.of(ByteSize.parse(value).bytes());
                }
                case "tmpfs-mode" -> tmpfsMode = OptionalInt.of(mode(value));
                case "volume-nocopy" -> noCopy = bool(key, value);
                case "volume-subpath" -> subpath = value;
                case "volume-driver" -> driver = value;
                case "volume-label" -> labels.putAll(VolumeCreateCommand.pairs(List.of(value)));
                case "volume-opt" -> volumeOptions.putAll(VolumeCreateCommand.pairs(List.of(value)));
                default -> throw Strconv.invalid("unexpected key '" + key + "' in '" + field + "'");
            }
        }

        MountFlag build() {
            if (target.isEmpty()) {
                throw Strconv.invalid("target is required");
            }
            Type kind = switch (type) {
                case "bind" -> Type.BIND;
                case "tmpfs" -> Type.TMPFS;
                case "volume" -> Type.VOLUME;
                default ->
                    throw Strconv.invalid("mount type unknown: '" + type + "'; there are volume, bind and tmpfs");
            };
            if (kind != Type.TMPFS && (tmpfsSize.isPresent() || tmpfsMode.isPresent())) {
                throw Strconv.invalid("cannot mix 'tmpfs-*' options with mount type '" + type + "'");
            }
            VolumeParts parts = new VolumeParts(noCopy, subpath, driver, Map.copyOf(labels), Map.copyOf(volumeOptions));
            if (kind != Type.VOLUME && !parts.equals(VolumeParts.NONE)) {
                throw Strconv.invalid("cannot mix 'volume-*' options with mount type '" + type + "'");
            }
            VolumeCreateCommand.requireLocal(source.isEmpty() ? "volume" : source, driver);
            requireInside(subpath);
            if (kind != Type.BIND && (propagation.isPresent() || recursion != Recursion.ENABLED)) {
                throw Strconv.invalid("cannot mix 'bind-*' options with mount type '" + type + "'");
            }
            if ((recursion == Recursion.READONLY || recursion == Recursion.WRITABLE) && !readOnly) {
                throw Strconv.invalid(
                        "option 'bind-recursive=" + recursion.name().toLowerCase(Locale.ROOT)
                                + "' requires 'readonly' to be specified in conjunction");
            }
            return new MountFlag(kind, source, target, readOnly, propagation, recursion, tmpfsSize, tmpfsMode, parts);
        }

        private static void requireInside(String subpath) {
            Path path = Path.of(subpath);
            if (path.isAbsolute() || path.normalize().startsWith("..")) {
                throw Strconv.invalid("invalid mount config for type \"volume\": subpath must be a relative path within"
                        + " the volume: " + subpath);
            }
        }

        private static boolean bool(String key, String value) {
            try {
                return Strconv.parseBool(value);
            } catch (WhaleboxException e) {
                throw Strconv.invalid("invalid value for " + key + ": " + value);
            }
        }

        private static Recursion recursion(String value) {
            return switch (value) {
                case "enabled" -> Recursion.ENABLED;
                case "disabled" -> Recursion.DISABLED;
                case "writable" -> Recursion.WRITABLE;
                case "readonly" -> Recursion.READONLY;
                default ->
                    throw Strconv.invalid("invalid value for bind-recursive: " + value
                            + " (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
            };
        }

        private static int mode(String value) {
            if (value.isEmpty() || value.length() > 5 || !value.chars().allMatch(c -> c >= '0' && c <= '7')) {
                throw Strconv.invalid("invalid value for tmpfs-mode: " + value);
            }
            return Integer.parseInt(value, 8);
        }
    }

    /** The fields of one line of RFC 4180, since a path may hold a comma: {@code "source=/a,b"}. */
    private static List<String> csv(String line) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (at < line.length() && line.charAt(at) == '"') {
                at = quoted(line, at + 1, field);
            } else {
                int comma = line.indexOf(',', at);
                int end = comma < 0 ? line.length() : comma;
                field.append(line, at, end);
                int quote = field.indexOf("\"");
                if (quote >= 0) {
                    throw Strconv.invalid(
                            "parse error on line 1, column " + (at + quote + 1) + ": bare \" in non-quoted-field");
                }
                at = end;
            }
            fields.add(field.toString());
            if (at == line.length()) {
                return fields;
            }
            at++;
        }
    }

    /** Reads up to the closing quote; returns where the next comma is, or the end. */
    private static int quoted(String line, int start, StringBuilder field) {
        int at = start;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c != '"') {
                field.append(c);
            } else if (at < line.length() && line.charAt(at) == '"') {
                field.append('"');
                at++;
            } else if (at == line.length() || line.charAt(at) == ',') {
                return at;
            } else {
                break;
            }
        }
        throw Strconv.invalid(
                "parse error on line 1, column " + (at + 1) + ": extraneous or missing \" in quoted-field");
    }
}
