package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.Manifest.ImageIndex;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static final Digest DIGEST = Digest.of(new byte[0]);
    private static final String DESCRIPTOR =
            "{'mediaType':'application/octet-stream','digest':'" + DIGEST + "','size':7}";
    private static final String OCI = "application/vnd.oci.image.";

    @Test
    void ofOneImageListsItsConfigurationAndLayers() {
        Manifest manifest = parse(
                "{'schemaVersion':2,'config':" + DESCRIPTOR + ",'layers':[" + DESCRIPTOR + "],'later':{'x':[1]}}",
                Optional.empty());

        assertThat(manifest).isInstanceOfSatisfying(ImageManifest.class, image -> {
            assertThat(image.config().digest()).isEqualTo(DIGEST);
            assertThat(image.layers()).extracting(Descriptor::size).containsExactly(7L);
        });
    }

    @Test
    void ofSeveralImagesTellsTheirPlatforms() {
        Manifest manifest = parse(
                "{'schemaVersion':2,'mediaType':'" + OCI + "index.v1+json','manifests':[{'mediaType':'x','digest':'"
                        + DIGEST + "','size':1,'platform':{'os':'linux','architecture':'arm','variant':'v7'}}]}",
                Optional.of(OCI + "index.v1+json"));

        assertThat(manifest)
                .isInstanceOfSatisfying(
                        ImageIndex.class,
                        index -> assertThat(index.manifests())
                                .extracting(Descriptor::platform)
                                .containsExactly(Optional.of(Platform.parse("linux/arm/v7"))));
    }

    @ParameterizedTest(name = "{0} declared {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            quoteCharacter = '"',
            value = {
                "'schemaVersion':2,'config':D,'layers':[],'manifests':[]|none|it is both an index and a manifest",
                "'schemaVersion':2,'layers':[],'manifests':[]|none|it is both an index and a manifest",
                "'schemaVersion':2,'fsLayers':[],'manifests':[]|none|it is both an index and a manifest",
                "'schemaVersion':2,'mediaType':'OCIindex.v1+json','config':D,'layers':[]|none|does not fit the type",
                "'schemaVersion':2,'mediaType':'OCImanifest.v1+json','manifests':[]|none|does not fit the type",
                "'schemaVersion':2,'config':D,'layers':[]|OCIindex.v1+json|does not fit the type",
                "'schemaVersion':2,'manifests':[]|OCImanifest.v1+json|does not fit the type",
                "'schemaVersion':2,'mediaType':'OCIindex.v1+json','manifests':[]|OCImanifest.v1+json|was expected",
                "'schemaVersion':2,'mediaType':'text/html','manifests':[]|none|does not fit the type",
            })
    void cve_2021_41190_whatCouldBeReadInTwoWaysIsRefused(String members, String declared, String why) {
        String json = "{" + members.replace("D", DESCRIPTOR).replace("OCI", OCI) + "}";
        Optional<String> type = Optional.ofNullable(declared).map(d -> d.replace("OCI", OCI));

        assertThatThrownBy(() -> parse(json, type))
                .hasMessageStartingWith("manifest is refused: ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"|malformed",
                "null|malformed",
                "[]|malformed",
                "{|malformed",
                "{'schemaVersion':2,'config':D,'layers':[]}{}|something follows its end",
                "{'schemaVersion':2,'config':D,'layers':[null]}|a list holds null",
                "{'schemaVersion':2,'config':D,'layers':[{}]}|the field mediaType is missing",
                "{'schemaVersion':2,'config':{'mediaType':'x','digest':'sha256:../x','size':1}}|invalid digest",
                "{'schemaVersion':2,'config':{'mediaType':'x','size':1}}|the field digest is missing",
                "{'schemaVersion':2,'config':{'mediaType':'x','digest':'sha512:00','size':1}}|invalid digest",
                "{'schemaVersion':'two'}|malformed",
                "{'schemaVersion':1,'fsLayers':[]}|only 2 is supported",
            })
    void whatIsMalformedNamesTheDocumentInOneLine(String json, String why) {
        assertThatThrownBy(() -> parse(json.replace("D", DESCRIPTOR), Optional.empty()))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessageStartingWith("manifest ")
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aNegativeSizeIsRefused() {
        String json = "{'schemaVersion':2,'config':{'mediaType':'x','digest':'" + DIGEST + "','size':-1}}";

        assertThatThrownBy(() -> parse(json, Optional.empty())).hasMessageContaining("is negative");
    }

    @Test
    void nestingThatWouldExhaustTheStackIsRefused() {
        String deep = "{'x':" + "[".repeat(1_000_000);

        assertThatThrownBy(() -> parse(deep, Optional.empty())).hasMessageContaining("nested deeper than 64 levels");
    }

    @Test
    void aDocumentOfMoreThanFourMebibytesIsRefused() {
        byte[] giant = new byte[Documents.LARGEST + 1];

        assertThatThrownBy(() -> Manifest.parse(giant, Optional.empty(), "manifest"))
                .hasMessageContaining("larger than");
    }

    @Test
    void isWrittenTheSameEachTimeAndReadsBack() {
        ImageManifest manifest = new ImageManifest(
                new Descriptor(MediaType.OCI_CONFIG, DIGEST, 7),
                List.of(new Descriptor(MediaType.OCI_LAYER, DIGEST, 9)),
                Map.of("b", "2", "a", "1"));

        assertThat(new String(manifest.toJson(), StandardCharsets.UTF_8))
                .isEqualTo(("{'schemaVersion':2,'mediaType':'" + OCI + "manifest.v1+json','config':{'mediaType':'" + OCI
                                + "config.v1+json','digest':'" + DIGEST + "','size':7},'layers':[{'mediaType':'" + OCI
                                + "layer.v1.tar','digest':'" + DIGEST + "','size':9}],'annotations':{'a':'1','b':'2'}}")
                        .replace('\'', '"'));
        assertThat(Manifest.parse(manifest.toJson(), Optional.empty(), "manifest"))
                .isEqualTo(manifest);
    }

    private static Manifest parse(String json, Optional<String> declared) {
        return Manifest.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), declared, "manifest");
    }
}
