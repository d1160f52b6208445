package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.RawText;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are copied out of one tree in use and into another. */
class TreePlacementTest {
    @TempDir
    Path temporary;

    private Path from;
    private Path root;

    @BeforeEach
    void makeTrees() throws IOException {
        from = Files.createDirectory(temporary.resolve("from"));
        root = temporary.resolve("root");
        Files.createDirectories(root.resolve("base"));
    }

    private byte[] archive(String name, String as) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (Directory in = Directory.open(from.toString())) {
            TreeArchive archive = new TreeArchive(tar, Owners.AS_THEY_ARE);
            archive.add(in, FileName.of(name), TarPath.of(as));
            archive.end();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return tar.toByteArray();
    }

    private void place(byte[] tar, String base) {
        try (Directory directory = Directory.open(root.toString());
                TreePlacement placement =
                        new TreePlacement(directory, RawText.bytes(base), Owners.AS_THEY_ARE, TreePlacement.Top.KEPT)) {
            placement.place(new TarReader(new ByteArrayInputStream(tar)));
        }
    }

    @Test
    void aTreeArrivesAsItWas() throws IOException {
        Path tree = Files.createDirectories(from.resolve("tree/sub"));
        Files.writeString(tree.resolve("file"), "content");
        Files.createLink(tree.resolve("twin"), tree.resolve("file"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("/nowhere"));
        Files.setLastModifiedTime(tree, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));

        place(archive("tree", "renamed"), "base");

        Path copy = root.resolve("base/renamed/sub");
        assertThat(copy.resolve("file")).hasContent("content");
        assertThat(Files.isSameFile(copy.resolve("file"), copy.resolve("twin"))).isTrue();
        assertThat(Files.readSymbolicLink(copy.resolve("link"))).isEqualTo(Path.of("/nowhere"));
        assertThat(Files.getLastModifiedTime(copy).toInstant()).isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
    }

    @Test
    void aFileReplacesAFileAndADirectoryIsMergedAndNeitherReplacesTheOther() throws IOException {
        Files.createDirectories(root.resolve("base/tree/kept"));
        Files.writeString(root.resolve("base/tree/file"), "old");
        Files.createDirectory(from.resolve("tree"));
        Files.writeString(from.resolve("tree/file"), "new");

        place(archive("tree", "tree"), "base");

        assertThat(root.resolve("base/tree/file")).hasContent("new");
        assertThat(root.resolve("base/tree/kept")).isDirectory();
        Files.writeString(from.resolve("kept"), "file");
        byte[] file = archive("kept", "tree/kept");
        assertThatThrownBy(() -> place(file, "base"))
                .isInstanceOf(WhaleboxException.class)
                .hasMessage("cannot overwrite directory \"tree/kept\" with non-directory \"tree/kept\"");
        byte[] directory = archive("tree", "tree/file");
        assertThatThrownBy(() -> place(directory, "base"))
                .hasMessage("cannot overwrite non-directory \"tree/file\" with directory \"tree/file\"");
    }

    @Test
    void aLinkOnTheWayLeadsToTheSamePlaceInTheTreeAndNotOutside() throws IOException {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Files.createSymbolicLink(root.resolve("base/escape"), outside);
        Files.createSymbolicLink(root.resolve("base/up"), Path.of("../../outside"));
        Files.writeString(from.resolve("file"), "x");

        for (String way : new String[] {"escape/file", "up/file"}) {
            byte[] tar = archive("file", way);
            // CVE-2018-15664: there is no such directory in the tree, and none is made through the link.
            assertThatThrownBy(() -> place(tar, "base")).isInstanceOf(WhaleboxException.class);
        }

        assertThat(outside).isEmptyDirectory();
        // A link in the place of the file itself is replaced, not followed.
        Files.createSymbolicLink(root.resolve("base/file"), outside.resolve("file"));
        place(archive("file", "file"), "base");
        assertThat(outside).isEmptyDirectory();
        assertThat(root.resolve("base/file")).isRegularFile();
    }

    @Test
    void aPathThatLeadsUpIsRefused() throws IOException {
        Files.writeString(from.resolve("file"), "x");
        byte[] tar = archive("file", "a/../../file");

        assertThatThrownBy(() -> place(tar, "base")).isInstanceOf(WhaleboxException.class);

        assertThat(root.resolve("file")).doesNotExist();
    }
}
