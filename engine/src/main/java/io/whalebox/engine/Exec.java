package io.whalebox.engine;

import io.whalebox.linux.Loggers;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WindowSize;
import io.whalebox.runtime.MonitoredProcess;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/**
 * A further program of a container, under a monitor of its own: it lives for as long as the container does, whatever
 * becomes of this process.
 */
public final class Exec {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    private final String id;
    private final MonitoredProcess process;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    private Exec(String id, MonitoredProcess process) {
        this.id = id;
        this.process = process;
    }

    /**
     * A program that has been started, and is watched from now on.
     *
     * @param tidy what is done after its end, with its exit status
     */
    static Exec of(String id, MonitoredProcess process, IntConsumer tidy) {
        Exec exec = new Exec(id, process);
        Thread.ofPlatform()
                .name("exec-" + id.substring(0, 12))
                .inheritInheritableThreadLocals(false)
                .daemon()
                .start(() -> exec.watch(tidy));
        return exec;
    }

    private void watch(IntConsumer tidy) {
        try (process) {
            int status = process.await().exitStatus();
            tidy.accept(status);
            end.complete(status);
        } catch (RuntimeException e) {
            end.completeExceptionally(e);
            LOG.log(System.Logger.Level.WARNING, "the end of program " + id + " of a container was not seen", e);
        }
    }

    public String id() {
        return id;
    }

    /** The process id of the program, as this process sees it. */
    public int pid() {
        return process.pid();
    }

    /** Sends it a signal; false when it has ended. */
    public boolean signal(Signal signal) {
        return !end.isDone() && process.connection().signal(signal.number());
    }

    /** Gives its terminal, if it has one, another size; false when it has ended. */
    public boolean resize(WindowSize size) {
        return !end.isDone() && process.connection().resize(size);
    }

    /** Its exit status, once it has ended. */
    public CompletableFuture<Integer> end() {
        return end.copy();
    }

    /** Waits for its end, and returns its exit status. */
    public int await() {
        return end.join();
    }
}
