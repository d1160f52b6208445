package io.whalebox.image;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.avaje.jsonb.spi.JsonbComponent;
import io.whalebox.image.jsonb.GeneratedJsonComponent;
import io.whalebox.image.registry.RegistryJsonComponent;
import java.util.function.UnaryOperator;

/**
 * Makes the formats of JSON of what was generated in this module, and of what other ones add. The
 * parts are named rather than left to the library to find: it would open every jar of the class path for that, in each
 * process, and by one loader for all threads.
 */
public final class JsonFormats {
    private JsonFormats() {}

    /**
     * The format of a record as it was generated.
     *
     * @param more what was generated in other modules
     */
    public static <T> JsonType<T> of(Class<T> type, JsonbComponent... more) {
        return make(plain -> plain, more).type(type);
    }

    /** Formats with more than what was generated; worth keeping. */
    public static Jsonb make(UnaryOperator<Jsonb.Builder> wanted, JsonbComponent... more) {
        // What is added first counts.
        Jsonb.Builder builder = wanted.apply(Jsonb.builder())
                // By the JDK's own loader nothing is found.
                .classLoader(ClassLoader.getPlatformClassLoader());
        for (JsonbComponent component : more) {
            builder.add(component);
        }
        return builder.add(new GeneratedJsonComponent())
                .add(new ImageJsonComponent())
                .add(new RegistryJsonComponent())
                .build();
    }
}
