package io.whalebox.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One option of a command, declared once: the parser, the help text and the manual are all made from it.
 *
 * @param name the long spelling, without dashes
 * @param shorthand the one-letter spelling, if any
 * @param olderSpellings further spellings, dashes included, that help does not mention
 * @param shape whether it takes a value, and whether it may be given several times
 * @param valueName what help calls its value; empty for a switch
 * @param reader makes the value from its text; throws {@link io.whalebox.linux.WhaleboxException} with the reason
 * @param standard what help names as the default; empty where there is none worth naming
 * @param help one sentence without a full stop
 */
record Flag<T>(
        String name,
        Optional<Character> shorthand,
        List<String> olderSpellings,
        Shape shape,
        String valueName,
        Function<String, T> reader,
        String standard,
        String help) {

    enum Shape {
        /** On or off: {@code --rm}, {@code --rm=false}. Never takes the next argument as its value. */
        SWITCH,
        /** The last one given wins. */
        SINGLE,
        /** Each one given adds to a list. */
        LIST
    }

    static Flag<Boolean> toggle(String name, String help) {
        return new Flag<>(name, Optional.empty(), List.of(), Shape.SWITCH, "", Strconv::parseBool, "", help);
    }

    static <T> Flag<T> single(String name, String valueName, Function<String, T> reader, String help) {
        return new Flag<>(name, Optional.empty(), List.of(), Shape.SINGLE, valueName, reader, "", help);
    }

    static Flag<String> text(String name, String help) {
        return single(name, "string", Function.identity(), help);
    }

    static <T> Flag<T> list(String name, String valueName, Function<String, T> reader, String help) {
        return new Flag<>(name, Optional.empty(), List.of(), Shape.LIST, valueName, reader, "", help);
    }

    Flag<T> shorthand(char letter) {
        return new Flag<>(name, Optional.of(letter), olderSpellings, shape, valueName, reader, standard, help);
    }

    Flag<T> alsoSpelled(String older) {
        return new Flag<>(name, shorthand, List.of(older), shape, valueName, reader, standard, help);
    }

    Flag<T> standard(String value) {
        return new Flag<>(name, shorthand, olderSpellings, shape, valueName, reader, value, help);
    }

    /** How messages name it: {@code -m, --memory}, or {@code --cpus} where there is no letter. */
    String spelling() {
        return shorthand.map(letter -> "-" + letter + ", --" + name).orElse("--" + name);
    }
}
