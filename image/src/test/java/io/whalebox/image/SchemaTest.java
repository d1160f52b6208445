package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.whalebox.image.ImageConfig.History;
import io.whalebox.image.ImageConfig.RootFs;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written here is what the OCI image specification's schemas ask for. */
class SchemaTest {
    private static final Digest DIGEST = Digest.of(new byte[0]);

    @Test
    void aManifestFitsItsSchema() {
        ImageManifest manifest = new ImageManifest(
                new Descriptor(MediaType.OCI_CONFIG, DIGEST, 7),
                List.of(new Descriptor(MediaType.OCI_LAYER + "+gzip", DIGEST, 9)),
                Map.of("a", "b"));

        assertFits("image-manifest-schema.json", manifest.toJson());
    }

    @Test
    void aConfigurationFitsItsSchema() {
        ContainerDefaults everything = ConfigChange.applyAll(
                List.of(
                        "CMD [\"sh\"]",
                        "ENTRYPOINT [\"/init\"]",
                        "ENV A=1",
                        "EXPOSE 80",
                        "LABEL a=b",
                        "USER 1000",
                        "VOLUME /data",
                        "WORKDIR /srv",
                        "STOPSIGNAL SIGINT",
                        "HEALTHCHECK NONE",
                        "ONBUILD RUN x"),
                ContainerDefaults.NONE);
        for (ContainerDefaults defaults : List.of(ContainerDefaults.NONE, everything)) {
            ImageConfig config = new ImageConfig(
                    "arm64",
                    Optional.of("a word"),
                    defaults,
                    Optional.of(Instant.parse("2026-01-01T00:00:00.123456789Z")),
                    Optional.of("me"),
                    List.of(new History(
                            Optional.of(Instant.EPOCH),
                            Optional.of("by"),
                            Optional.empty(),
                            Optional.of("comment"),
                            true)),
                    "linux",
                    new RootFs("layers", List.of(DIGEST)),
                    Optional.of("v8"));

            assertFits("config-schema.json", config.toJson());
            assertThat(ImageConfig.parse(config.toJson(), "configuration")).isEqualTo(config);
        }
    }

    private static void assertFits(String schemaFile, byte[] document) {
        Path schemas = schemas();
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_4, builder -> builder.schemas(iri -> read(schemas, iri)));
        Schema schema = registry.getSchema(SchemaLocation.of("https://opencontainers.org/schema/image/" + schemaFile));

        assertThat(schema.validate(new String(document, StandardCharsets.UTF_8), InputFormat.JSON))
                .isEmpty();
        assertThat(schema.validate("{\"schemaVersion\":true,\"os\":1}", InputFormat.JSON))
                .as("the schema refuses something")
                .isNotEmpty();
    }

    /** The schemas name each other by addresses, of which the last part is the file. */
    private static String read(Path schemas, String iri) {
        try {
            return Files.readString(schemas.resolve(iri.substring(iri.lastIndexOf('/') + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path schemas() {
        Path start = Path.of(System.getProperty("whalebox.root", "")).toAbsolutePath();
        Optional<Path> schemas = Stream.iterate(Optional.of(start), Optional::isPresent, at -> at.map(Path::getParent))
                .flatMap(Optional::stream)
                .map(at -> at.resolve("shared/data/oci-image"))
                .filter(Files::isDirectory)
                .findFirst();
        assumeTrue(schemas.isPresent(), "the OCI image schemas are not at hand in shared/data/oci-image");
        return schemas.orElseThrow();
    }
}
