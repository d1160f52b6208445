package io.whalebox.bench;

import io.whalebox.storage.Digest;
import io.whalebox.storage.Layer;
import io.whalebox.storage.LayerStore;
import io.whalebox.storage.UnpackLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Unpacking a layer of 2,000 files and 44 MB that nothing compresses: reading, hashing, writing and syncing it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class UnpackBenchmark {
    private static final byte[] TAR = SampleLayer.tar();
    private static final Digest DIGEST = Digest.of(TAR);

    private final Path root;
    private final LayerStore store;

    public UnpackBenchmark() {
        try {
            this.root = Files.createTempDirectory("whalebox-bench");
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
        this.store = LayerStore.open(root);
    }

    @Setup(Level.Invocation)
    public void forget() {
        store.remove(DIGEST);
    }

    @Benchmark
    public Layer unpack() {
        return store.unpack(new ByteArrayInputStream(TAR), Optional.of(DIGEST), UnpackLimits.DEFAULT);
    }

    @TearDown
    public void remove() throws IOException {
        store.remove(DIGEST);
        store.close();
        for (String directory : new String[] {"snapshots/sha256", "snapshots/work", "snapshots", ""}) {
            Files.delete(root.resolve(directory));
        }
    }
}
