package io.whalebox.examples;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;
import io.whalebox.engine.RunningContainer;
import io.whalebox.engine.RunningContainer.Exit;
import io.whalebox.engine.Streams;
import io.whalebox.runtime.cgroup.Resources;

/** Three processes that want 40 MiB each, first with all the memory of the machine, then with 50 MiB together. */
public final class MemoryLimit {
    private static final long MIB = 1 << 20;
    private static final String THREE_CHILDREN = """
            for child in 1 2 3; do
                dd if=/dev/zero of=/dev/null bs=40M count=20 2> /dev/null && echo done > /tmp/$child &
            done
            wait
            echo "$(ls /tmp | wc -l) of 3 children lived"
            """;

    private MemoryLimit() {}

    public static void main(String[] args) {
        try (Engine engine = Engine.open(Home.of(System.getenv()))) {
            System.out.println("without a limit");
            run(engine, Resources.NONE);
            System.out.println("with 50 MiB for all of them");
            run(
                    engine,
                    Resources.builder()
                            .memoryLimit(50 * MIB)
                            .memorySwap(50 * MIB)
                            .build());
        }
    }

    private static void run(Engine engine, Resources limits) {
        ContainerSpec spec = ContainerSpec.of("busybox")
                .command("sh", "-c", THREE_CHILDREN)
                .resources(limits)
                .autoRemove(true)
                .build();
        try (Streams streams = Streams.inherited();
                RunningContainer container = engine.run(spec, streams)) {
            Exit exit = container.await();
            System.out.println(exit.outOfMemory() ? "the kernel killed some: out of memory" : "none was killed");
        }
    }
}
