package io.whalebox.linux;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Something that another thread makes while the one that will need it does something else. */
public final class Meanwhile<T> {
    private final CompletableFuture<T> made;

    private Meanwhile(CompletableFuture<T> made) {
        this.made = made;
    }

    public static <T> Meanwhile<T> begin(Executor threads, Supplier<T> maker) {
        return new Meanwhile<>(CompletableFuture.supplyAsync(maker, threads));
    }

    /** Waits for it; throws what its maker threw. */
    public T get() {
        try {
            return made.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
