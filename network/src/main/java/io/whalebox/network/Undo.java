package io.whalebox.network;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be taken back when a later step fails, the last first; one failure more does not end it. */
final class Undo {
    private final Deque<Runnable> steps = new ArrayDeque<>();

    void add(Runnable step) {
        steps.push(step);
    }

    void run(RuntimeException cause) {
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException further) {
                cause.addSuppressed(further);
            }
        }
    }
}
