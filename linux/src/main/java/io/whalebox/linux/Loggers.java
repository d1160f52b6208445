package io.whalebox.linux;

import java.util.function.Function;

/**
 * The loggers of all modules: those of the JDK, {@link System.Logger}, unless the program says at its beginning that it
 * has its own. Whoever asks the JDK first of all makes it look for providers in every jar of the class path, which a
 * command that lives for a tenth of a second notices.
 */
public final class Loggers {
    private static volatile Function<String, System.Logger> source = System::getLogger;

    private Loggers() {}

    /** Makes loggers in this way from now on; those that are there already stay as they are. */
    public static void use(Function<String, System.Logger> loggers) {
        source = loggers;
    }

    /** The logger of this name, such as {@code io.whalebox.engine}. */
    public static System.Logger named(String name) {
        return source.apply(name);
    }
}
