package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * What takes as long as a container pleases, and goes on when its client leaves: on a thread of its own, so that the
 * command's thread and the client's streams are free then.
 */
final class Lasting {
    private Lasting() {}

    /**
     * Does the work, and waits for its result.
     *
     * @param name of the thread
     * @throws WhaleboxException UNAVAILABLE when the client has left meanwhile; what the work throws
     */
    static <T> T await(String name, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(
                            work,
                            task -> Thread.ofPlatform().daemon().name(name).start(task))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, "nobody waits any more", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WhaleboxException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
