package io.whalebox.image.registry;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Moves several layers at a time. The first failure ends all of them, and is the one that is told. */
record LayerTransfers(int atOnce) {
    /** As many as Docker. */
    static final LayerTransfers DOWNLOADS = new LayerTransfers(3);

    static final LayerTransfers UPLOADS = new LayerTransfers(5);

    /** One layer's. */
    @FunctionalInterface
    interface Transfer {
        void run();
    }

    /** Runs them all, and returns when none runs any more. */
    void run(List<Transfer> transfers) {
        if (transfers.isEmpty()) {
            return;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(atOnce, transfers.size()),
                Thread.ofPlatform().daemon().name("layer-", 0).factory())) {
            ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(threads);
            List<Future<Void>> all = new ArrayList<>();
            transfers.forEach(transfer -> all.add(running.submit(transfer::run, null)));
            try {
                for (int i = 0; i < all.size(); i++) {
                    running.take().get();
                }
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new WhaleboxException(ErrorKind.UNAVAILABLE, "it was interrupted", e);
            } catch (ExecutionException e) {
                threads.shutdownNow();
                switch (e.getCause()) {
                    case RuntimeException failure -> throw failure;
                    case Error failure -> throw failure;
                    case null, default -> throw new IllegalStateException(e);
                }
            } catch (CancellationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
