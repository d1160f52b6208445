package io.whalebox.cli.service;

/**
 * Has garbage collected before the heap grows by it. The serial collector looks at the old generation only when the heap
 * has reached its limit, and an engine that stays for months would get there with next to nothing alive.
 */
final class HeapWatch {
    /** Bytes by which the heap's use may grow: collecting what is alive after that takes some ten milliseconds. */
    private static final long SLACK = 24 << 20;

    private long usedAtLast = used();

    /** To be called now and then, by one thread. */
    void look() {
        if (used() - usedAtLast > SLACK) {
            System.gc();
            usedAtLast = used();
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
