package io.whalebox.cli;

import io.whalebox.linux.Fd;
import io.whalebox.linux.OpenFlags;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The streams of a caller that {@code --attach} connects to a container; all of them unless some are named. The others
 * lead nowhere.
 */
final class ChosenStreams implements AutoCloseable {
    static final Flag<String> ATTACH = Flag.list(
                    "attach", "list", ChosenStreams::parse, "Connect only this stream: STDIN, STDOUT or STDERR")
            .shorthand('a');
    private static final Set<String> ALL = Set.of("stdin", "stdout", "stderr");

    private final Set<String> chosen;
    private final Caller caller;
    private final Fd nowhere;

    private ChosenStreams(Set<String> chosen, Caller caller) {
        this.chosen = chosen;
        this.caller = caller;
        this.nowhere = Fd.open("/dev/null", OpenFlags.O_RDWR);
    }

    private static String parse(String text) {
        String stream = text.toLowerCase(Locale.ROOT);
        if (!ALL.contains(stream)) {
            throw Strconv.invalid("valid streams are STDIN, STDOUT and STDERR");
        }
        return stream;
    }

    /** Those that the user of a new container is to be connected to, as its documents tell. */
    static Set<String> attached(CommandLine line) {
        Set<String> attached = new HashSet<>(line.values(ATTACH));
        if (attached.isEmpty()) {
            attached.addAll(Set.of("stdout", "stderr"));
        }
        if (line.isOn(RunFlags.INTERACTIVE)) {
            attached.add("stdin");
        }
        return attached;
    }

    static ChosenStreams of(CommandLine line, Caller caller) {
        List<String> named = line.values(ATTACH);
        return new ChosenStreams(named.isEmpty() ? ALL : new HashSet<>(named), caller);
    }

    /** The caller, with what is not chosen replaced. */
    Caller caller() {
        if (chosen.containsAll(ALL)) {
            return caller;
        }
        boolean input = chosen.contains("stdin");
        return new Caller(
                input ? caller.input() : nowhere,
                chosen.contains("stdout") ? caller.output() : nowhere,
                chosen.contains("stderr") ? caller.error() : nowhere,
                input ? caller.typed() : nowhere,
                caller.client());
    }

    /** Whether nothing of what the container prints is seen, so that at least its id is to be told, as by Docker. */
    boolean hidesOutput() {
        return !chosen.contains("stdout") && !chosen.contains("stderr");
    }

    @Override
    public void close() {
        nowhere.close();
    }
}
