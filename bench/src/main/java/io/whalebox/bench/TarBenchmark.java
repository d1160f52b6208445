package io.whalebox.bench;

import io.whalebox.storage.TarEntry;
import io.whalebox.storage.TarReader;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading an archive of 2,000 files and 44 MB from memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TarBenchmark {
    private final byte[] tar = SampleLayer.tar();

    /** Headers alone; contents are skipped. */
    @Benchmark
    public long headers() {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        long sizes = 0;
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            sizes += entry.get().size();
        }
        return sizes;
    }

    /** Every byte of every file. */
    @Benchmark
    public long contents() {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        long[] bytes = {0};
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            if (entry.get().size() > 0) {
                reader.content((offset, buffer, start, length) -> bytes[0] += length);
            }
        }
        return bytes[0];
    }
}
