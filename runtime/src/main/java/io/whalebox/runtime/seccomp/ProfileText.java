package io.whalebox.runtime.seccomp;

import io.whalebox.linux.Errno;
import io.whalebox.runtime.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The format in which the default profile is written, for people to read and review:
 *
 * <pre>
 * # a comment, to the end of the line
 * default ACTION                         for all other calls
 * machine x86_64 with x86 x32            on such a machine, the calls of these older programs are accepted too
 * ACTION [when CONDITION] [unless CONDITION] [if CHECK [and CHECK]...]:
 *     CALL CALL ...                      indented, on as many lines as needed
 * </pre>
 *
 * ACTION is {@code allow} or {@code errno NAME}. CONDITION is {@code capability NAME}, {@code kernel MAJOR.MINOR} or
 * {@code architecture NAME...} with Docker's names. CHECK is {@code argN OPERATOR NUMBER} or
 * {@code argN & MASK == NUMBER}.
 */
final class ProfileText {
    private static final String DEFAULT_PROFILE = "default-profile.txt";

    private final Map<Architecture, List<Architecture>> machines = new EnumMap<>(Architecture.class);
    private final List<SeccompProfile.Rule> rules = new ArrayList<>();
    private Optional<Action> defaultAction = Optional.empty();

    private ProfileText() {}

    static SeccompProfile dockerDefault() {
        try (InputStream resource = ProfileText.class.getResourceAsStream(DEFAULT_PROFILE)) {
            if (resource == null) {
                throw new IllegalStateException("the resource " + DEFAULT_PROFILE + " is missing");
            }
            return parse(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("read the resource " + DEFAULT_PROFILE, e);
        }
    }

    /** Throws {@link IllegalArgumentException}, for the text is our own and an error in it a defect. */
    static SeccompProfile parse(String text) {
        ProfileText profile = new ProfileText();
        Optional<Header> header = Optional.empty();
        List<String> names = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String content = line.indexOf('#') < 0 ? line : line.substring(0, line.indexOf('#'));
            if (content.isBlank()) {
                continue;
            }
            List<String> words = Arrays.asList(content.strip().split("\\s+"));
            if (Character.isWhitespace(content.charAt(0))) {
                names.addAll(words);
                continue;
            }
            header.ifPresent(h -> profile.add(h, names));
            names.clear();
            header = profile.statement(new Words(words));
        }
        header.ifPresent(h -> profile.add(h, names));
        return new SeccompProfile(
                profile.defaultAction.orElseThrow(() -> new IllegalArgumentException("no default action")),
                profile.machines,
                List.of(),
                LinuxSeccomp.DEFAULT_FLAGS,
                profile.rules);
    }

    /** A rule without its calls, which follow on the next lines. */
    private record Header(Action action, Condition includes, Condition excludes, List<ArgumentCheck> checks) {}

    private void add(Header header, List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a rule without calls: " + header);
        }
        rules.add(new SeccompProfile.Rule(
                new SyscallRule(names, header.action, header.checks), header.includes, header.excludes));
    }

    private Optional<Header> statement(Words words) {
        if (words.take("default")) {
            defaultAction = Optional.of(action(words));
            return Optional.empty();
        }
        if (words.take("machine")) {
            Architecture machine = architecture(words.next());
            words.expect("with");
            List<Architecture> others = new ArrayList<>();
            while (words.more()) {
                others.add(architecture(words.next()));
            }
            machines.put(machine, others);
            return Optional.empty();
        }
        return Optional.of(header(words));
    }

    private static Header header(Words words) {
        Action action = action(words);
        Condition includes = words.take("when") ? condition(words) : Condition.NONE;
        Condition excludes = words.take("unless") ? condition(words) : Condition.NONE;
        List<ArgumentCheck> checks = new ArrayList<>();
        if (words.take("if")) {
            do {
                checks.add(check(words));
            } while (words.take("and"));
        }
        words.expect(":");
        return new Header(action, includes, excludes, checks);
    }

    private static Action action(Words words) {
        String word = words.next();
        return switch (word) {
            case "allow" -> Action.ALLOW;
            case "errno" -> Action.errno(Errno.valueOf(words.next()));
            default -> throw new IllegalArgumentException("not an action: " + word);
        };
    }

    private static Architecture architecture(String name) {
        return Architecture.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Condition condition(Words words) {
        String word = words.next();
        return switch (word) {
            case "capability" -> new Condition(List.of(Capability.valueOf(words.next())), List.of(), Optional.empty());
            case "kernel" ->
                new Condition(
                        List.of(),
                        List.of(),
                        Optional.of(KernelVersion.parse(words.next()).orElseThrow()));
            case "architecture" -> {
                List<String> names = new ArrayList<>();
                while (!words.peek(":") && !words.peek("if") && !words.peek("unless")) {
                    names.add(words.next());
                }
                yield new Condition(List.of(), names, Optional.empty());
            }
            default -> throw new IllegalArgumentException("not a condition: " + word);
        };
    }

    private static ArgumentCheck check(Words words) {
        String argument = words.next();
        if (!argument.matches("arg[0-5]")) {
            throw new IllegalArgumentException("not an argument: " + argument);
        }
        int index = argument.charAt(3) - '0';
        ArgumentCheck.Operator operator =
                ArgumentCheck.Operator.ofSymbol(words.next()).orElseThrow();
        long value = number(words.next());
        long valueTwo = 0;
        if (operator == ArgumentCheck.Operator.MASKED_EQ) {
            words.expect("==");
            valueTwo = number(words.next());
        }
        return new ArgumentCheck(index, operator, value, valueTwo);
    }

    private static long number(String word) {
        return word.startsWith("0x") ? Long.parseUnsignedLong(word.substring(2), 16) : Long.parseUnsignedLong(word);
    }

    /** The words of a line, taken from the front; a colon at the end of the line is a word of its own. */
    private static final class Words {
        private final Deque<String> words = new ArrayDeque<>();

        Words(List<String> words) {
            for (String word : words) {
                if (word.length() > 1 && word.endsWith(":")) {
                    this.words.add(word.substring(0, word.length() - 1));
                    this.words.add(":");
                } else {
                    this.words.add(word);
                }
            }
        }

        boolean more() {
            return !words.isEmpty();
        }

        boolean peek(String word) {
            return word.equals(words.peek());
        }

        boolean take(String word) {
            if (!peek(word)) {
                return false;
            }
            words.remove();
            return true;
        }

        void expect(String word) {
            if (!take(word)) {
                throw new IllegalArgumentException("expected " + word + " before " + words);
            }
        }

        String next() {
            if (words.isEmpty()) {
                throw new IllegalArgumentException("a line ends too early");
            }
            return words.remove();
        }
    }
}
