package io.whalebox.runtime;

/**
 * What the monitor of a container does for it. A monitored container lives for as long as its program and its monitor
 * do, whatever becomes of the engine that started it; one that is not ends with the JVM.
 *
 * @param log what becomes of the output, besides going to all who are attached
 * @param input whether the program's standard input is a pipe that attachments write to; otherwise it is empty. A
 *     terminal takes input always.
 */
public record Monitored(Log log, boolean input) {

    /** Where output is recorded. */
    public sealed interface Log {
        /** The name of the file that is written to, in the container's directory; older ones have {@code .1} after it. */
        String NAME = "log";

        /** Nowhere. */
        record None() implements Log {}

        /**
         * In files of the container's directory, in the format of the CRI.
         *
         * @param maxBytes how large one may become; 0 for as large as it will
         * @param maxFiles how many there are at most, the one that is written to among them
         */
        record Files(long maxBytes, int maxFiles) implements Log {
            public static final Files UNLIMITED = new Files(0, 1);

            public Files {
                if (maxBytes < 0 || maxFiles < 1) {
                    throw new IllegalArgumentException("a log of " + maxFiles + " files of " + maxBytes + " bytes");
                }
            }
        }
    }
}
