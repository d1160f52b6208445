package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.Locale;
import java.util.stream.Stream;

/** What ports belong to. */
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** Its number in the header of a packet. */
    int number() {
        return number;
    }

    /** Reads its name, in letters of either case. */
    public static Protocol parse(String text) {
        return Stream.of(values())
                .filter(protocol -> protocol.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new WhaleboxException(ErrorKind.INVALID, "invalid proto: " + text));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
