package io.whalebox.bench;

import io.whalebox.storage.GzipReader;
import io.whalebox.storage.Layer;
import io.whalebox.storage.LayerStore;
import io.whalebox.storage.UnpackLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * For {@code bench/unpack}: unpacks a gzipped layer into a store for each line on standard input, and answers with the
 * microseconds that it took and this JVM's peak memory in KiB.
 */
final class UnpackOnRequest {
    private UnpackOnRequest() {}

    /** Arguments: the layer, the directory of the store. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (LayerStore store = LayerStore.open(Path.of(arguments[1]))) {
            while (requests.readLine() != null) {
                long start = System.nanoTime();
                Layer layer;
                try (InputStream gzipped = Files.newInputStream(file);
                        InputStream tar = new GzipReader(gzipped)) {
                    layer = store.unpack(tar, Optional.empty(), UnpackLimits.DEFAULT);
                }
                long end = System.nanoTime();
                System.out.println((end - start) / 1000 + " " + ProcessMemory.peakKib());
                store.remove(layer.diffId());
            }
        }
    }
}
