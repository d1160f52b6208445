package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageConfigTest {
    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);

    @Test
    void saysHowContainersStart() {
        ImageConfig config = parse("""
                {"architecture":"amd64","os":"linux","created":"2024-05-01T12:00:00.5+02:00","author":"me",
                 "config":{"User":"1000:1000","Env":["PATH=/bin","A=b=c"],"Cmd":["sh"],"Entrypoint":["/init","-x"],
                  "WorkingDir":"/srv","Volumes":{"/data":{}},"ExposedPorts":{"80/tcp":{},"53/udp":null},
                  "Labels":{"k":"v"},"StopSignal":"SIGINT","OnBuild":["RUN x"],"Shell":["/bin/ash","-c"],
                  "Healthcheck":{"Test":["CMD","true"],"Interval":30000000000,"Retries":3}},
                 "rootfs":{"type":"layers","diff_ids":["%s","%s"]},
                 "history":[{"created_by":"ADD x","created":"2024-05-01T10:00:00Z"},{"empty_layer":true}]}
                """.formatted(ONE, TWO));

        ContainerDefaults defaults = config.config();
        assertThat(defaults.user()).hasValue("1000:1000");
        assertThat(defaults.env()).containsExactly("PATH=/bin", "A=b=c");
        assertThat(defaults.cmd()).containsExactly("sh");
        assertThat(defaults.entrypoint()).containsExactly("/init", "-x");
        assertThat(defaults.workingDir()).hasValue("/srv");
        assertThat(defaults.volumes()).containsExactly("/data");
        assertThat(defaults.exposedPorts()).containsExactly("53/udp", "80/tcp");
        assertThat(defaults.labels()).isEqualTo(Map.of("k", "v"));
        assertThat(defaults.stopSignal()).hasValue("SIGINT");
        assertThat(defaults.onBuild()).containsExactly("RUN x");
        assertThat(defaults.shell()).containsExactly("/bin/ash", "-c");
        assertThat(defaults.healthcheck()).hasValueSatisfying(check -> {
            assertThat(check.test()).containsExactly("CMD", "true");
            assertThat(check.interval()).isEqualTo(Duration.ofSeconds(30));
            assertThat(check.retries()).isEqualTo(3);
        });
        assertThat(config.created()).hasValue(Instant.parse("2024-05-01T10:00:00.500Z"));
        assertThat(config.author()).hasValue("me");
        assertThat(config.diffIds()).extracting(Object::toString).containsExactly(ONE, TWO);
        assertThat(config.history()).extracting(ImageConfig.History::emptyLayer).containsExactly(false, true);
        assertThat(config.platform()).hasToString("linux/amd64");
    }

    @Test
    void whatIsLeftOutOrNullIsEmpty() {
        ImageConfig config = parse("""
                {"architecture":"arm64","variant":"v8","os":"linux","created":null,"history":null,
                 "config":{"User":"","Env":null,"Cmd":null,"Volumes":null,"Labels":null,"Healthcheck":null},
                 "rootfs":{"type":"layers"}}
                """);

        assertThat(config.config()).isEqualTo(ContainerDefaults.NONE);
        assertThat(config.created()).isEmpty();
        assertThat(config.history()).isEmpty();
        assertThat(config.diffIds()).isEmpty();
        assertThat(config.platform()).hasToString("linux/arm64/v8");
        assertThat(parse("{\"architecture\":\"x\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\"}}")
                        .config())
                .isEqualTo(ContainerDefaults.NONE);
    }

    @Test
    void namesEachLayerTogetherWithThoseBelowAsDockerDoes() {
        ImageConfig config = parse("{\"architecture\":\"x\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[\"" + ONE + "\",\"" + TWO + "\"]}}");

        // printf 'sha256:11… sha256:22…' | sha256sum
        assertThat(ImageConfig.chainIds(config.diffIds()))
                .extracting(Object::toString)
                .isEqualTo(List.of(ONE, "sha256:9932074217c35353d2e03a3f5a86549f7c67bfeb0ba53e23d69f4d4c8f7958f5"));
    }

    @Test
    void anotherKindOfRootFileSystemOrATimeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> parse("{\"architecture\":\"x\",\"os\":\"linux\",\"rootfs\":{\"type\":\"dir\"}}"))
                .hasMessage("configuration is malformed: its root file system is of the unknown type dir");
        assertThatThrownBy(() -> parse("{\"architecture\":\"x\",\"os\":\"linux\",\"created\":\"yesterday\"}"))
                .hasMessage("configuration is malformed: not a time: yesterday");
        assertThatThrownBy(() -> parse("{\"architecture\":\"x\",\"os\":\"linux\"}"))
                .hasMessage("configuration is malformed: the field rootfs is missing");
    }

    private static ImageConfig parse(String json) {
        return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8), "configuration");
    }
}
