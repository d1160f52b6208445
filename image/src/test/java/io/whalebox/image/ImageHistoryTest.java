package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.whalebox.image.ImageHistory.Step;
import io.whalebox.storage.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageHistoryTest {
    private static final byte[] BASE = TestArchive.layer("base", "the base's file");
    private static final byte[] TOP = TestArchive.layer("top", "fourteen bytes");

    @TempDir
    Path directory;

    @Test
    void eachStepThatMadeALayerTellsItsSize() {
        assertThat(history("""
                        "history":[{"created":"2026-01-01T00:00:00Z","created_by":"ADD base"},
                        {"created_by":"ENV A=b","empty_layer":true},
                        {"created_by":"COPY top","comment":"buildkit"}],"""))
                .containsExactly(
                        new Step(Optional.empty(), "COPY top", 14, "buildkit"),
                        new Step(Optional.empty(), "ENV A=b", 0, ""),
                        new Step(Optional.of(Instant.parse("2026-01-01T00:00:00Z")), "ADD base", 15, ""));
    }

    @Test
    void layersThatAreNotToldOfCountAllTheSame() {
        assertThat(history("\"history\":[{\"created_by\":\"ADD base\"}],"))
                .extracting(Step::createdBy, Step::size)
                .containsExactly(tuple("", 14L), tuple("ADD base", 15L));
        assertThat(history("")).extracting(Step::size).containsExactly(14L, 15L);
    }

    private List<Step> history(String history) {
        String config = "{\"architecture\":\"amd64\",\"os\":\"linux\"," + history
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.of(BASE) + "\",\"" + Digest.of(TOP)
                + "\"]}}";
        try (TestStore store = new TestStore(directory)) {
            TestArchive.Oci oci = new TestArchive.Oci();
            oci.entry(oci.manifestOf(config, BASE, TOP));
            Image image = store.loader().load(oci.archive().stream()).getFirst().image();
            return ImageHistory.of(image, store.images.layers(image));
        }
    }
}
