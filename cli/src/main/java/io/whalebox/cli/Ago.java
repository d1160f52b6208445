package io.whalebox.cli;

import java.time.Duration;
import java.time.Instant;

/** Spans of time as Docker's lists tell them: roughly, and in words. */
final class Ago {
    private static final int DAY = 24;

    private Ago() {}

    static String since(Instant then, Instant now) {
        return words(Duration.between(then, now)) + " ago";
    }

    static String words(Duration span) {
        long seconds = span.toSeconds();
        long minutes = span.toMinutes();
        // Rounded, where the others are cut off.
        long hours = (span.toMinutes() + 30) / 60;
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds < 60) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        }
        if (minutes < 60) {
            return minutes == 1 ? "About a minute" : minutes + " minutes";
        }
        if (hours < 2 * DAY) {
            return hours == 1 ? "About an hour" : hours + " hours";
        }
        if (hours < 14 * DAY) {
            return hours / DAY + " days";
        }
        if (hours < 60 * DAY) {
            return hours / DAY / 7 + " weeks";
        }
        if (hours < 730 * DAY) {
            return hours / DAY / 30 + " months";
        }
        return hours / DAY / 365 + " years";
    }
}
