package io.whalebox.cli.service;

import java.time.Duration;

/** How many clients are served, and since when none is. */
final class Usage {
    private int clients;
    private long idleSinceNanos = System.nanoTime();

    synchronized void begin() {
        clients++;
    }

    synchronized void end() {
        clients--;
        idleSinceNanos = System.nanoTime();
        notifyAll();
    }

    synchronized int clients() {
        return clients;
    }

    synchronized Duration idleFor() {
        return clients > 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - idleSinceNanos);
    }

    /** Waits until nobody is served any more. */
    synchronized void awaitEnd() {
        boolean interrupted = false;
        while (clients > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
