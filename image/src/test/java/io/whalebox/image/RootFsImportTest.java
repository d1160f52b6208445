package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.RootFsImport.Options;
import io.whalebox.storage.UnpackLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RootFsImportTest {
    private static final byte[] ROOT_FS = TestArchive.layer("etc/hostname", "box");
    private static final Instant NOON = Instant.parse("2025-05-05T12:00:00Z");

    @TempDir
    Path directory;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(directory.resolve("store"));
    }

    @AfterEach
    void close() {
        store.verify();
        store.close();
    }

    @ParameterizedTest
    @EnumSource
    void aTarOfAnyCompressionBecomesAnImageOfOneLayer(Compression compression) throws IOException {
        byte[] archive = CompressionTest.compress(compression, ROOT_FS);
        Path file = Files.write(directory.resolve("root"), archive);
        Options options = new Options(
                Optional.of(Reference.parse("box:1")),
                List.of("CMD [\"sh\"]", "ENV A=1"),
                Optional.of("hand-made"),
                Platform.parse("linux/arm64/v8"),
                NOON);
        RootFsImport rootFs = new RootFsImport(store.images, UnpackLimits.DEFAULT);

        Image image = rootFs.importFrom(file, options);
        Image streamed = rootFs.importFrom(new ByteArrayInputStream(archive), options);

        assertThat(streamed).isEqualTo(image);
        assertThat(store.images.resolve("box:1")).isEqualTo(image);
        assertThat(store.images.layers(image))
                .hasSize(1)
                .first()
                .satisfies(layer ->
                        assertThat(layer.directory().resolve("etc/hostname")).hasContent("box"));
        assertThat(image.config().config().cmd()).containsExactly("sh");
        assertThat(image.config().config().env()).containsExactly("A=1");
        assertThat(image.config().platform()).hasToString("linux/arm64/v8");
        assertThat(image.config().comment()).hasValue("hand-made");
        assertThat(image.config().created()).hasValue(NOON);
        assertThat(image.config().history()).hasSize(1);
    }

    @Test
    void withoutANameItIsFoundByItsId() {
        Image image = rootFs(ROOT_FS);

        assertThat(image.config().comment()).hasValue("Imported from -");
        assertThat(store.names()).isEmpty();
        assertThat(store.images.resolve(image.id().shortId())).isEqualTo(image);
    }

    @Test
    void aBadChangeIsToldBeforeAnythingIsMade() {
        Options options = new Options(Optional.empty(), List.of("RUN true"), Optional.empty(), Platform.host(), NOON);

        assertThatThrownBy(() -> new RootFsImport(store.images, UnpackLimits.DEFAULT)
                        .importFrom(new ByteArrayInputStream(ROOT_FS), options))
                .hasMessage("cannot import the archive: RUN is not a valid change command");
        assertThat(store.everything()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveThatEndsTooEarlyLeavesNothing(Compression compression) throws IOException {
        byte[] archive = CompressionTest.compress(compression, ROOT_FS);
        for (int length = 0; length < archive.length - 1024; length += compression == Compression.NONE ? 256 : 7) {
            byte[] cut = Arrays.copyOf(archive, length);
            assertThatThrownBy(() -> rootFs(cut)).as("%d bytes", length).hasMessageStartingWith("cannot import");
        }
        assertThat(store.everything()).isEmpty();
    }

    @Test
    void aBombStopsAtTheLimit() throws IOException {
        byte[] bomb = CompressionTest.compress(Compression.GZIP, TestArchive.layer("zeros", "\0".repeat(50_000_000)));
        UnpackLimits limits = new UnpackLimits(100, 1_000_000, 1_000_000_000);

        assertThatThrownBy(() -> new RootFsImport(store.images, limits)
                        .importFrom(new ByteArrayInputStream(bomb), Options.of(Optional.empty())))
                .hasMessageContaining(UnpackLimits.MAX_LAYER_BYTES);
        assertThat(store.everything()).isEmpty();
    }

    @Test
    void whatIsNoTarIsRefused() {
        assertThatThrownBy(() -> rootFs("#!/bin/sh\n".repeat(100).getBytes(StandardCharsets.US_ASCII)))
                .hasMessageStartingWith("cannot import");
        assertThatThrownBy(() -> rootFs(new byte[0])).hasMessageStartingWith("cannot import");
        assertThat(store.everything()).isEmpty();
    }

    private Image rootFs(byte[] archive) {
        return new RootFsImport(store.images, UnpackLimits.DEFAULT)
                .importFrom(new ByteArrayInputStream(archive), Options.of(Optional.empty()));
    }
}
