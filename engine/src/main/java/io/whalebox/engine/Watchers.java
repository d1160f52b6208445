package io.whalebox.engine;

import io.whalebox.linux.Loggers;
import io.whalebox.linux.Meanwhile;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The threads that work for an engine's containers: one waits in the kernel for each container's end. */
final class Watchers implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Engine engine;
    private final ExecutorService threads = DaemonThreads.pool("watcher-");

    Watchers(Engine engine) {
        this.engine = engine;
    }

    /** Begins to make something that is needed in a moment. */
    <T> Meanwhile<T> meanwhile(Supplier<T> maker) {
        return Meanwhile.begin(threads, maker);
    }

    /**
     * Waits for the end of a container, and settles it.
     *
     * @param status waits, and knows the exit status
     * @param after what is done when the end is known
     */
    CompletableFuture<RunningContainer.Exit> watch(ContainerRecord run, IntSupplier status, Runnable after) {
        CompletableFuture<RunningContainer.Exit> end = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                end.complete(engine.settle(run, status.getAsInt()));
                engine.supervisor().ended(run.id());
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
                LOG.log(System.Logger.Level.WARNING, "the end of container " + run.id() + " was not seen", e);
            } finally {
                engine.networks().connections().forget(run.id());
                after.run();
            }
        });
        return end;
    }

    /** Those that wait go on. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
