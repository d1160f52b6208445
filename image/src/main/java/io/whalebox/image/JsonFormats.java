package io.whalebox.image;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.util.function.UnaryOperator;

/**
 * Makes the formats of JSON, one at a time whoever wants them: the library looks for its generated parts by one loader
 * for all threads, and fails when two of them do so at once.
 */
public final class JsonFormats {
    private JsonFormats() {}

    /** The format of a record as it was generated. */
    public static synchronized <T> JsonType<T> of(Class<T> type) {
        return make(plain -> plain).type(type);
    }

    /** Formats with more than what was generated; worth keeping. */
    public static synchronized Jsonb make(UnaryOperator<Jsonb.Builder> more) {
        return more.apply(Jsonb.builder()).build();
    }
}
