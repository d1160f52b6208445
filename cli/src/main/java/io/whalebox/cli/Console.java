package io.whalebox.cli;

import io.whalebox.cli.service.EngineService;
import io.whalebox.engine.Engine;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that a command may know of who asked for it: where it reads and prints, and from where it is called. Tests give
 * it buffers.
 *
 * @param directory the caller's working directory, absolute
 * @param service the one that runs the command, if it runs in one
 * @param engines who opens the engine of a store for it
 */
record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Environment environment,
        Path directory,
        Caller caller,
        Engines engines,
        Optional<EngineService> service) {

    /** Files as the caller names them. */
    CallerFiles files() {
        return new CallerFiles(
                directory,
                caller.client().map(client -> OptionalInt.of(client.process())).orElse(OptionalInt.empty()));
    }

    /** A command in a process of its own. */
    static Console ofThisProcess(InputStream in, PrintStream out, PrintStream err) {
        return new Console(
                in,
                out,
                err,
                Environment.ofCaller(),
                Path.of("").toAbsolutePath(),
                Caller.ofThisProcess(),
                Engine::open,
                Optional.empty());
    }
}
