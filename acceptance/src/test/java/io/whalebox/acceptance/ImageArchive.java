package io.whalebox.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** An image of the layers given, in the form that {@code docker save} writes. */
final class ImageArchive {
    private final String tag;
    private final List<byte[]> layers = new ArrayList<>();

    ImageArchive(String tag) {
        this.tag = tag;
    }

    /** A bottom layer with a shell and its usual commands. */
    ImageArchive shell() {
        TarArchive tar = new TarArchive().directory("bin/");
        for (String directory : List.of("dev/", "proc/", "sys/", "etc/", "tmp/")) {
            tar.directory(directory);
        }
        tar.file("bin/busybox", busybox(), 0755);
        for (String command :
                List.of("sh", "cat", "ls", "stat", "true", "find", "sort", "sha256sum", "cp", "rm", "wc")) {
            tar.symbolicLink("bin/" + command, "busybox");
        }
        return layer(tar);
    }

    ImageArchive layer(TarArchive tar) {
        layers.add(tar.end());
        return this;
    }

    private static byte[] busybox() {
        try {
            return Files.readAllBytes(Path.of("/bin/busybox"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    byte[] bytes() {
        String ids =
                layers.stream().map(layer -> "\"sha256:" + sha256(layer) + "\"").collect(Collectors.joining(","));
        String config = """
                {"architecture":"amd64","os":"linux",
                 "config":{"Env":["PATH=/bin"],"Cmd":["sh"]},
                 "rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(ids);
        String configName = sha256(config.getBytes(StandardCharsets.UTF_8)) + ".json";
        TarArchive tar = new TarArchive().file(configName, config);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            names.add("\"" + i + "/layer.tar\"");
            tar.file(i + "/layer.tar", layers.get(i), 0644);
        }
        return tar.file("manifest.json", """
                        [{"Config":"%s","RepoTags":["%s"],"Layers":[%s]}]""".formatted(configName, tag, String.join(",", names)))
                .end();
    }

    Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
