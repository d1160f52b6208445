package io.whalebox.runtime.seccomp;

import io.whalebox.linux.Errno;
import io.whalebox.runtime.Capability;
import io.whalebox.runtime.CapabilitySet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;

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
    private final List<String> names = new ArrayList<>();
    private Optional<Action> defaultAction = Optional.empty();
    private Optional<Header> header = Optional.empty();

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
        StringTokenizer lines = new StringTokenizer(text, "\n");
        while (lines.hasMoreTokens()) {
            profile.read(lines.nextToken());
        }
        profile.endRule();
        return new SeccompProfile(
                profile.defaultAction.orElseThrow(() -> new IllegalArgumentException("no default action")),
                profile.machines,
                List.of(),
                LinuxSeccomp.DEFAULT_FLAGS,
                profile.rules);
    }

    /** A rule without its calls, which follow on the next lines. */
    private record Header(Action action, Condition includes, Condition excludes, List<ArgumentCheck> checks) {}

    private void read(String line) {
        int comment = line.indexOf('#');
        Words words = new Words(comment < 0 ? line : line.substring(0, comment));
        if (!words.more()) {
            return;
        }
        if (line.charAt(0) == ' ') {
            while (words.more()) {
                names.add(words.next());
            }
            return;
        }
        endRule();
        if (words.take("default")) {
            defaultAction = Optional.of(action(words));
        } else if (words.take("machine")) {
            machine(words);
        } else {
            header = Optional.of(header(words));
        }
    }

    private void endRule() {
        if (header.isPresent() == names.isEmpty()) {
            throw new IllegalArgumentException("a rule without calls, or calls without a rule: " + names);
        }
        if (header.isPresent()) {
            Header h = header.get();
            rules.add(new SeccompProfile.Rule(new SyscallRule(names, h.action, h.checks), h.includes, h.excludes));
        }
        header = Optional.empty();
        names.clear();
    }

    private void machine(Words words) {
        Architecture machine = architecture(words.next());
        words.expect("with");
        List<Architecture> others = new ArrayList<>();
        while (words.more()) {
            others.add(architecture(words.next()));
        }
        machines.put(machine, others);
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
            case "capability" ->
                new Condition(CapabilitySet.of(Capability.valueOf(words.next())), List.of(), Optional.empty());
            case "kernel" ->
                new Condition(
                        CapabilitySet.NONE,
                        List.of(),
                        Optional.of(KernelVersion.parse(words.next()).orElseThrow()));
            case "architecture" -> {
                List<String> names = new ArrayList<>();
                while (!words.peek(":") && !words.peek("if") && !words.peek("unless")) {
                    names.add(words.next());
                }
                yield new Condition(CapabilitySet.NONE, names, Optional.empty());
            }
            default -> throw new IllegalArgumentException("not a condition: " + word);
        };
    }

    private static ArgumentCheck check(Words words) {
        String argument = words.next();
        if (!argument.startsWith("arg")) {
            throw new IllegalArgumentException("not an argument: " + argument);
        }
        int index = Integer.parseInt(argument.substring("arg".length()));
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

        Words(String line) {
            StringTokenizer tokens = new StringTokenizer(line, " :", true);
            while (tokens.hasMoreTokens()) {
                String token = tokens.nextToken();
                if (!token.equals(" ")) {
                    words.add(token);
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
