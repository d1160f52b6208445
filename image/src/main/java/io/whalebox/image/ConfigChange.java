package io.whalebox.image;

import io.whalebox.image.ContainerDefaults.Healthcheck;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Changes how an image's containers start by instructions of a Dockerfile, which is what {@code --change} takes. The
 * instructions mean what they mean there, and see the variables that those before them set.
 */
final class ConfigChange {
    private static final List<String> SHELL = List.of("/bin/sh", "-c");
    private static final Pattern ASSIGNMENT = Pattern.compile("[^\\s=\"']+=.*", Pattern.DOTALL);
    private static final Pattern PORTS =
            Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?", Pattern.CASE_INSENSITIVE);
    private static final int LAST_PORT = 65535;

    private Optional<String> user;
    private final SortedSet<String> exposedPorts;
    private final Map<String, String> env = new LinkedHashMap<>();
    private List<String> entrypoint;
    private List<String> cmd;
    private Optional<Healthcheck> healthcheck;
    private final SortedSet<String> volumes;
    private Optional<String> workingDir;
    private final Map<String, String> labels;
    private Optional<String> stopSignal;
    private final List<String> onBuild;
    private final List<String> shell;

    private ConfigChange(ContainerDefaults before) {
        user = before.user();
        exposedPorts = new TreeSet<>(before.exposedPorts());
        before.env().forEach(this::putEnv);
        entrypoint = before.entrypoint();
        cmd = before.cmd();
        healthcheck = before.healthcheck();
        volumes = new TreeSet<>(before.volumes());
        workingDir = before.workingDir();
        labels = new TreeMap<>(before.labels());
        stopSignal = before.stopSignal();
        onBuild = new ArrayList<>(before.onBuild());
        shell = before.shell().isEmpty() ? SHELL : before.shell();
    }

    /** Applies instructions in order. */
    static ContainerDefaults applyAll(List<String> instructions, ContainerDefaults before) {
        ConfigChange change = new ConfigChange(before);
        instructions.forEach(change::apply);
        return change.result(before);
    }

    private void apply(String instruction) {
        String text = instruction.strip();
        String keyword = text.split("\\s", 2)[0];
        String argument = text.substring(keyword.length()).strip();
        keyword = keyword.toUpperCase(Locale.ROOT);
        if (argument.isEmpty()) {
            throw invalid(keyword.isEmpty() ? "a change is empty" : keyword + " requires an argument");
        }
        switch (keyword) {
            case "CMD" -> cmd = command(argument);
            case "ENTRYPOINT" -> entrypoint = command(argument);
            case "ENV" -> env.putAll(assignments(keyword, argument));
            case "EXPOSE" -> Words.split(argument, env).forEach(word -> exposedPorts.addAll(ports(word)));
            case "HEALTHCHECK" -> healthcheck = Optional.of(HealthcheckChange.parse(argument));
            case "LABEL" -> labels.putAll(assignments(keyword, argument));
            case "ONBUILD" -> onBuild.add(trigger(argument));
            case "STOPSIGNAL" -> stopSignal = Optional.of(signal(only(keyword, argument)));
            case "USER" -> user = Optional.of(only(keyword, argument));
            case "VOLUME" -> volumes.addAll(paths(argument));
            case "WORKDIR" -> workingDir = Optional.of(under(workingDir.orElse("/"), only(keyword, argument)));
            default -> throw invalid(keyword + " is not a valid change command");
        }
    }

    private ContainerDefaults result(ContainerDefaults before) {
        return new ContainerDefaults(
                user,
                exposedPorts,
                env.entrySet().stream()
                        .map(e -> e.getKey() + '=' + e.getValue())
                        .toList(),
                entrypoint,
                cmd,
                healthcheck,
                volumes,
                workingDir,
                labels,
                stopSignal,
                onBuild,
                before.shell());
    }

    /** A JSON array of strings is the command itself; anything else is a line for the shell. */
    private List<String> command(String argument) {
        return jsonArray(argument).orElseGet(() -> {
            List<String> command = new ArrayList<>(shell);
            command.add(argument);
            return command;
        });
    }

    static Optional<List<String>> jsonArray(String argument) {
        if (!argument.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Documents.readList(String.class, argument.getBytes(StandardCharsets.UTF_8), "the change"));
        } catch (WhaleboxException e) {
            return Optional.empty();
        }
    }

    /** {@code NAME=value …}, or one name and its value with a space between. */
    private Map<String, String> assignments(String keyword, String argument) {
        Map<String, String> assignments = new LinkedHashMap<>();
        if (!ASSIGNMENT.matcher(argument).matches()) {
            String[] pair = argument.split("\\s+", 2);
            if (pair.length < 2) {
                throw invalid(keyword + " must have two arguments");
            }
            assignments.put(Words.expand(pair[0], env), Words.expand(pair[1], env));
            return assignments;
        }
        for (String word : Words.split(argument, env)) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw invalid("syntax error - can't find = in \"" + word + "\", must be of the form: name=value");
            }
            assignments.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return assignments;
    }

    private void putEnv(String variable) {
        int equals = variable.indexOf('=');
        env.put(
                equals < 0 ? variable : variable.substring(0, equals),
                equals < 0 ? "" : variable.substring(equals + 1));
    }

    private String only(String keyword, String argument) {
        List<String> words = Words.split(argument, env);
        if (words.size() != 1) {
            throw invalid(keyword + " requires exactly one argument");
        }
        return words.getFirst();
    }

    private List<String> paths(String argument) {
        List<String> paths = jsonArray(argument).orElseGet(() -> Words.split(argument, env));
        if (paths.stream().anyMatch(String::isBlank)) {
            throw invalid("VOLUME specified can not be an empty string");
        }
        return paths;
    }

    private static String under(String directory, String path) {
        return Path.of(directory).resolve(path).normalize().toString();
    }

    private static String trigger(String argument) {
        String keyword = argument.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        return switch (keyword) {
            case "ONBUILD" -> throw invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case "MAINTAINER", "FROM" -> throw invalid(keyword + " isn't allowed as an ONBUILD trigger");
            default -> argument;
        };
    }

    private static String signal(String text) {
        var _ = Signal.parse(text);
        return text;
    }

    /** {@code 80}, {@code 53/udp} or {@code 8000-8010/tcp}, each port by itself. */
    private static List<String> ports(String word) {
        Matcher matcher = PORTS.matcher(word);
        if (matcher.matches()) {
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            String protocol =
                    matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
            if (first <= last && last <= LAST_PORT) {
                return IntStream.rangeClosed(first, last)
                        .mapToObj(port -> port + "/" + protocol)
                        .toList();
            }
        }
        throw invalid("invalid containerPort: " + word);
    }

    private static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }
}
