package io.whalebox.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The records of a pax extended header, {@code LENGTH KEY=VALUE\n} each (POSIX pax, "pax Extended Header"). Values are
 * bytes: paths may be in any encoding, and extended attributes hold anything. What nobody asks for is not kept, so
 * that global headers cannot pile up.
 */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords();

    private static final String ATTRIBUTE = "SCHILY.xattr.";
    private static final String SPARSE_OFFSET = "GNU.sparse.offset";
    private static final String SPARSE_LENGTH = "GNU.sparse.numbytes";
    private static final Set<String> KEPT = Set.of(
            "path",
            "linkpath",
            "size",
            "uid",
            "gid",
            "mtime",
            "atime",
            "GNU.sparse.major",
            "GNU.sparse.minor",
            "GNU.sparse.name",
            "GNU.sparse.realsize",
            "GNU.sparse.size",
            "GNU.sparse.map",
            "GNU.sparse.numblocks");

    private final Map<String, byte[]> values = new HashMap<>();
    private final Map<String, byte[]> attributes = new LinkedHashMap<>();
    /** Offsets and lengths in turn, of sparse format 0.0, which repeats its keys. */
    private final List<byte[]> fragments = new ArrayList<>();

    private PaxRecords() {}

    /**
     * @param offset where the header begins in the archive, for messages
     */
    static PaxRecords parse(byte[] data, long offset) {
        PaxRecords records = new PaxRecords();
        for (int at = 0; at < data.length; ) {
            int space = indexOf(data, ' ', at, data.length, offset);
            long length = TarNumber.decimal(Arrays.copyOfRange(data, at, space))
                    .orElseThrow(() -> invalid(offset, "the length of a record is not a number"));
            if (length > data.length - at || length <= space + 2 - at || data[at + (int) length - 1] != '\n') {
                throw invalid(offset, "a record does not end where its length says");
            }
            int end = at + (int) length;
            int equals = indexOf(data, '=', space + 1, end - 1, offset);
            String key = new String(data, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            records.put(key, Arrays.copyOfRange(data, equals + 1, end - 1), offset);
            at = end;
        }
        return records;
    }

    private void put(String key, byte[] value, long offset) {
        if (key.startsWith(ATTRIBUTE)) {
            String attribute = key.substring(ATTRIBUTE.length());
            // The kernel would take the name only up to the zero byte; the replacement stands for bytes that are no
            // UTF-8, under which name nobody could find the attribute again.
            if (attribute.isEmpty() || attribute.indexOf('\0') >= 0 || attribute.indexOf('\ufffd') >= 0) {
                throw invalid(offset, "it names an impossible extended attribute");
            }
            attributes.put(attribute, value);
        } else if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_LENGTH)) {
            if (key.equals(SPARSE_OFFSET) != (fragments.size() % 2 == 0)) {
                throw invalid(offset, "the sparse map does not alternate offsets and lengths");
            }
            fragments.add(value);
        } else if (KEPT.contains(key)) {
            if (value.length == 0) {
                // "Shall delete any … previously entered extended header value".
                values.remove(key);
            } else {
                values.put(key, value);
            }
        }
    }

    /** These with a later global header's added, which win. Attributes and sparse maps are never global. */
    PaxRecords with(PaxRecords later) {
        PaxRecords both = new PaxRecords();
        both.values.putAll(values);
        both.values.putAll(later.values);
        return both;
    }

    Optional<byte[]> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    Map<String, byte[]> attributes() {
        return attributes.isEmpty() ? Map.of() : attributes;
    }

    List<byte[]> fragments() {
        return fragments;
    }

    private static int indexOf(byte[] data, char wanted, int from, int to, long offset) {
        for (int i = from; i < to; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        throw invalid(offset, "a record lacks its '" + wanted + "'");
    }

    private static RuntimeException invalid(long offset, String why) {
        return TarHeader.invalid(offset, "in its pax header " + why);
    }
}
