package io.whalebox.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** The question before something that can't be undone. */
final class Confirmation {
    static final Flag<Boolean> FORCE =
            Flag.toggle("force", "Do not ask before it is done").shorthand('f');

    private static final int LONGEST_ANSWER = 100;

    private Confirmation() {}

    /**
     * Asks, unless the user said not to.
     *
     * @param warning what will happen, in one or more lines
     * @return whether the answer was yes; no answer is none
     */
    static boolean given(CommandLine line, Console console, String warning) {
        if (line.isOn(FORCE)) {
            return true;
        }
        console.out().print("WARNING! " + warning + "\nAre you sure you want to continue? [y/N] ");
        console.out().flush();
        return answer(console.in()).strip().toLowerCase(Locale.ROOT).equals("y");
    }

    private static String answer(InputStream in) {
        StringBuilder answer = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0 && c != '\n' && answer.length() < LONGEST_ANSWER; c = in.read()) {
                answer.append((char) c);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer.toString();
    }
}
