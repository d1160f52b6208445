package io.whalebox.cli;

import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.function.Consumer;

/** Commands that do the same to each of their arguments: one that fails does not keep the others from it. */
final class EachArgument {
    private EachArgument() {}

    /** Returns the exit status: 1 when one of them failed. */
    static int of(List<String> arguments, Console console, Consumer<String> action) {
        int status = 0;
        for (String argument : arguments) {
            try {
                action.accept(argument);
            } catch (WhaleboxException | LinuxException e) {
                console.out().flush();
                console.err().println("whalebox: " + Printable.messageOf(e));
                status = 1;
            }
        }
        return status;
    }
}
