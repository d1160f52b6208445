package io.whalebox.image;

import io.avaje.jsonb.Json;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a program was built for, with Go's names: {@code linux/amd64}, {@code linux/arm64/v8}.
 *
 * @param variant of the architecture, such as {@code v7} of {@code arm}
 */
@Json
public record Platform(String os, String architecture, Optional<String> variant) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    public Platform {
        os = Documents.required(os, "os");
        architecture = Documents.required(architecture, "architecture");
        variant = Documents.text(variant);
    }

    /** This machine's. */
    public static Platform host() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> new Platform("linux", "amd64", Optional.empty());
            case "aarch64" -> new Platform("linux", "arm64", Optional.of("v8"));
            case String other -> new Platform("linux", other, Optional.empty());
        };
    }

    /** Reads {@code os/architecture[/variant]}, or an architecture alone. */
    public static Platform parse(String text) {
        String[] words = text.split("/", -1);
        for (String word : words) {
            if (!WORD.matcher(word).matches()) {
                throw malformed(text);
            }
        }
        return switch (words.length) {
            case 1 -> of("linux", words[0], Optional.empty());
            case 2 -> of(words[0], words[1], Optional.empty());
            case 3 -> of(words[0], words[1], Optional.of(words[2]));
            default -> throw malformed(text);
        };
    }

    /** Other programs' names of the same things, as containerd normalises them. */
    private static Platform of(String os, String architecture, Optional<String> variant) {
        return switch (architecture) {
            case "x86_64", "x86-64" -> new Platform(os, "amd64", variant);
            case "aarch64" -> new Platform(os, "arm64", variant);
            default -> new Platform(os, architecture, variant);
        };
    }

    /** Whether a program for this platform runs on {@code machine}. */
    public boolean runsOn(Platform machine) {
        return os.equals(machine.os) && architecture.equals(machine.architecture) && baseline(variant, machine.variant);
    }

    /** Nothing said means the lowest; a higher variant may use instructions that the machine lacks. */
    private static boolean baseline(Optional<String> wanted, Optional<String> offered) {
        return wanted.isEmpty()
                || wanted.equals(offered)
                || (offered.isEmpty() && wanted.get().equals("v1"));
    }

    @Override
    public String toString() {
        return os + '/' + architecture + variant.map(v -> "/" + v).orElse("");
    }

    private static WhaleboxException malformed(String text) {
        return new WhaleboxException(
                ErrorKind.INVALID, "invalid platform \"" + text + "\": expected os/architecture, such as linux/amd64");
    }
}
