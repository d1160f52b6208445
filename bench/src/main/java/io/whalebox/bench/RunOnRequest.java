package io.whalebox.bench;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;
import io.whalebox.engine.RunningContainer;
import io.whalebox.engine.Streams;
import io.whalebox.image.BusyboxImage;
import io.whalebox.image.Reference;
import io.whalebox.network.NetworkSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * For {@code bench/compare}: runs {@code true} in a container for each line on standard input, and answers with the
 * microseconds from the call until the exit was known, this JVM's peak memory in KiB, and the microseconds until the
 * container was removed.
 */
final class RunOnRequest {
    /** Enough for the JVM to have compiled what a container start needs. */
    private static final int WARM_UP = 500;

    private RunOnRequest() {}

    /** Argument: a directory for the store. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        ContainerSpec spec = ContainerSpec.of("busybox")
                .network(NetworkSpec.NONE)
                .command("true")
                .autoRemove(true)
                .build();
        try (Engine engine = Engine.open(new Home(directory.resolve("root"), directory.resolve("run")));
                Streams streams = Streams.none()) {
            new BusyboxImage(engine.images(), Path.of("/bin/busybox")).assemble(Reference.parse("busybox"));
            for (int i = 0; i < WARM_UP; i++) {
                run(engine, spec, streams);
            }
            while (requests.readLine() != null) {
                System.out.println(run(engine, spec, streams));
            }
        }
    }

    private static String run(Engine engine, ContainerSpec spec, Streams streams) {
        long start = System.nanoTime();
        long ended;
        try (RunningContainer container = engine.run(spec, streams)) {
            int status = container.await().exitStatus();
            ended = System.nanoTime();
            if (status != 0) {
                throw new IllegalStateException("the container ended with status " + status);
            }
        }
        long removed = System.nanoTime();
        return (ended - start) / 1000 + " " + ProcessMemory.peakKib() + " " + (removed - start) / 1000;
    }
}
