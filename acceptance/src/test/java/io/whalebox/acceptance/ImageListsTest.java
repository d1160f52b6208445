package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is seen of images and how they go, as Docker's users know it. */
@EndToEnd
class ImageListsTest {
    private static final Whalebox WHALEBOX = Whalebox.withStoreOfItsOwn();

    @BeforeAll
    static void load() {
        load(new ImageArchive("team/app:1").shell());
        load(new ImageArchive("team/app:2").shell().layer(new TarArchive().file("fourteen", "fourteen bytes")));
        load(new ImageArchive("web:1").layer(new TarArchive().file("index", "12345")));
    }

    @AfterAll
    static void remove() {
        WHALEBOX.close();
    }

    private static void load(ImageArchive archive) {
        WHALEBOX.command("load").input(archive.bytes()).run().successful();
    }

    private static List<String> lines(String command) {
        return WHALEBOX.command(command.split(" ", -1))
                .run()
                .successful()
                .text()
                .lines()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            value = {
                "images team/app                          => team/app:1 team/app:2",
                "images team/app:2                        => team/app:2",
                "images team/*                            => team/app:1 team/app:2",
                "images *:1                               => web:1",
                "images nosuch                            =>",
                "images --filter reference=web            => web:1",
                "images -f reference=w*b:?                => web:1",
                "images -f dangling=true                  =>",
                "images -f label=none                     =>",
                "images -f until=24h                      => team/app:1 team/app:2 web:1",
            })
    void imagesAreChosen(String command, String expected) {
        List<String> shown = lines(command + " --format {{.Repository}}:{{.Tag}}");
        assertThat(shown.stream().sorted())
                .containsExactlyElementsOf(expected == null ? List.of() : List.of(expected.split(" ", -1)));
    }

    @Test
    void idsDigestsAndJsonAreForPrograms() {
        String id = WHALEBOX.text("inspect", "-f", "{{.Id}}", "web:1");
        assertThat(WHALEBOX.text("images", "-q", "web")).isEqualTo(id.substring("sha256:".length(), 19));
        assertThat(WHALEBOX.text("images", "-q", "--no-trunc", "web")).isEqualTo(id);
        String digest = WHALEBOX.text("inspect", "-f", "{{index .RepoDigests 0}}", "web:1");
        assertThat(WHALEBOX.text("images", "--digests", "web")).contains(digest.substring("web@".length()));
        assertThat(WHALEBOX.text("inspect", "-f", "{{.Id}}", digest)).isEqualTo(id);
        assertThat(WHALEBOX.text("images", "--format", "json", "web"))
                .startsWith("{\"Containers\":\"N/A\",\"CreatedAt\":")
                .contains("\"Repository\":\"web\"", "\"Size\":\"5B\"", "\"Tag\":\"1\"");
        assertThat(lines("images --format table=x{{.Tag}} web")).containsExactly("table=x1");
        assertThat(WHALEBOX.text("images", "--format", "table {{.Tag}}\\t{{upper .Size}}", "web"))
                .isEqualTo("TAG       SIZE\n1         5B");
    }

    @Test
    void whatIsAskedWronglyIsRefusedInOneLine() {
        WHALEBOX.command("images", "-f", "lable=x").run().refused(1, "invalid filter \"lable\"");
        WHALEBOX.command("images", "--format", "{{.Nmae}}")
                .run()
                .refused(1, "template parsing error: template: :1:2", "can't evaluate field Nmae");
        WHALEBOX.command("history", "nosuch").run().refused(1, "No such image: nosuch:latest", "whalebox images");
        WHALEBOX.command("tag", "nosuch", "x").run().refused(1, "No such image: nosuch:latest");
    }

    @Test
    void theTopLayerOfAFourteenByteFileSaysSo() {
        assertThat(lines("history --format {{.Size}} team/app:2"))
                .hasSize(2)
                .first()
                .isEqualTo("14B");
        assertThat(lines("history --format {{.Size}} -H=false team/app:2"))
                .first()
                .isEqualTo("14");
        assertThat(lines("history team/app:2")).first().asString().startsWith("IMAGE          CREATED");
        assertThat(lines("history -q team/app:2"))
                .containsExactly(WHALEBOX.text("images", "-q", "team/app:2"), "<missing>");
    }

    @Test
    void inspectTellsAllThatIsKnownAndWhatIsNot() {
        Command.Result some =
                WHALEBOX.command("inspect", "web:1", "nosuch").run().endedWith(1);
        assertThat(some.text())
                .startsWith("[\n    {\n        \"Id\": \"sha256:")
                .endsWith("}\n]\n");
        assertThat(some.complaint()).startsWith("whalebox: no such object: nosuch");
        Command.Result none =
                WHALEBOX.command("image", "inspect", "nosuch").run().endedWith(1);
        assertThat(none.text()).isEqualTo("[]\n");
        assertThat(none.complaint()).startsWith("whalebox: No such image: nosuch:latest");
        assertThat(WHALEBOX.text(
                        "inspect", "--type", "image", "-f", "{{.Config.Cmd}} {{json .Config.Env}} {{.Size}}", "web:1"))
                .isEqualTo("[sh] [\"PATH=/bin\"] 5");
        WHALEBOX.command("inspect", "--type", "container", "web:1").run().endedWith(1);
        WHALEBOX.command("inspect", "--type", "x", "web:1").run().refused(1, "unknown type: \"x\"");
        assertThat(WHALEBOX.command("inspect", "-f", "{{.Id", "web:1")
                        .run()
                        .endedWith(64)
                        .complaint())
                .contains("unclosed action");
    }

    @Test
    void removingAnImageTellsNamesAndLayers() {
        load(new ImageArchive("gone:1").layer(new TarArchive().file("gone", "gone")));
        WHALEBOX.text("tag", "gone:1", "gone:2");
        String id = WHALEBOX.text("images", "-q", "--no-trunc", "gone:1");

        WHALEBOX.command("rmi", id).run().refused(1, "must be forced", "multiple repositories");
        assertThat(lines("rmi gone:1")).containsExactly("Untagged: gone:1");
        assertThat(lines("rmi gone:2"))
                .startsWith("Untagged: gone:2", "Deleted: " + id)
                .hasSize(3);
        WHALEBOX.command("rmi", "gone:2").run().refused(1, "No such image: gone:2");
        assertThat(WHALEBOX.command("rmi", "-f", "gone:2").run().endedWith(0).complaint())
                .contains("No such image: gone:2");
    }

    @Test
    void whatNothingUsesIsCleanedUpOnceItIsConfirmed() {
        try (Whalebox own = Whalebox.withStoreOfItsOwn()) {
            own.command("load")
                    .input(new ImageArchive("x:1")
                            .layer(new TarArchive().file("a", "1234"))
                            .bytes())
                    .run()
                    .successful();
            own.command("load")
                    .input(new ImageArchive("x:1")
                            .layer(new TarArchive().file("b", "123456"))
                            .bytes())
                    .run()
                    .successful();

            Command.Result refused =
                    own.command("image", "prune").input("n\n").run().endedWith(1);
            assertThat(refused.text()).isEqualTo("""
                    WARNING! This will remove all dangling images.
                    Are you sure you want to continue? [y/N]\s""");
            assertThat(refused.complaint()).isEqualTo("whalebox: image prune has been cancelled\n");
            assertThat(own.command("image", "prune")
                            .input("y\n")
                            .run()
                            .successful()
                            .text())
                    .contains("Deleted Images:\ndeleted: sha256:", "Total reclaimed space: 4B\n");
            assertThat(own.command("images", "-q").run().successful().text().lines())
                    .hasSize(1);
            assertThat(own.command("image", "prune", "-a", "-f", "--filter", "label=none")
                            .run()
                            .successful()
                            .text())
                    .isEqualTo("Total reclaimed space: 0B\n");
            assertThat(own.command("image", "prune", "-af").run().successful().text())
                    .contains("untagged: x:1\ndeleted: sha256:", "Total reclaimed space: 6B\n");
            assertThat(own.command("images", "-q").run().successful().text()).isEmpty();
        }
    }
}
