package io.whalebox.cli;

import io.whalebox.image.registry.Progress;
import io.whalebox.linux.Terminal;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Consumer;

/** Where a command shows how a pull or push goes. */
enum Shown {
    NOWHERE,
    /** For a command that is about it. */
    OUTPUT,
    /** For one whose output is the container's. */
    ERRORS;

    /** Runs something with a progress that suits where it is shown. */
    void during(Console console, ProgressWords words, Consumer<Progress> work) {
        if (this == NOWHERE) {
            work.accept(Progress.NONE);
            return;
        }
        Optional<Terminal> terminal = Terminal.of(
                this == OUTPUT ? console.caller().output() : console.caller().error());
        if (terminal.isEmpty()) {
            work.accept(new ProgressLines(stream(console), words));
            return;
        }
        try (ProgressBars bars =
                new ProgressBars(stream(console), words, () -> terminal.get().size(), System::nanoTime)) {
            work.accept(bars);
        }
    }

    /** Prints a line there. */
    void say(Console console, String line) {
        if (this != NOWHERE) {
            stream(console).println(Printable.of(line));
            stream(console).flush();
        }
    }

    private PrintStream stream(Console console) {
        return this == OUTPUT ? console.out() : console.err();
    }
}
