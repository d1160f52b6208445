package io.whalebox.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What can follow on a command line that is being typed, from the tables that the parser and the help are made of. The
 * names of what is in the store come from whoever knows them.
 */
final class Completion {
    /** Whose names a word may be. */
    enum Kind {
        CONTAINER,
        RUNNING_CONTAINER,
        IMAGE,
        VOLUME,
        FILE
    }

    /** Something that can follow, and what it is, for shells that show that. */
    record Candidate(String word, String help) {}

    private static final Map<String, List<String>> VALUES = Map.of(
            "cgroupns", List.of("host", "private"),
            "ipc", List.of("host", "private", "shareable"),
            "isolation", List.of("default"),
            "log-driver", List.of("json-file", "k8s-file", "local", "none"),
            "pid", List.of("host"),
            "pull", List.of("always", "missing", "never"),
            "restart", List.of("always", "no", "on-failure", "unless-stopped"),
            "userns", List.of("host", "remap"),
            "uts", List.of("host"),
            "format", List.of("json", "table"));

    /** Commands to whose containers something is done that takes one that runs. */
    private static final List<String> OF_RUNNING = List.of("attach", "exec", "kill", "pause", "stats", "stop", "top");

    private final Function<Kind, List<String>> names;
    private final List<Command> commands = CommandTable.all();

    /**
     * @param names of what there is of a kind; files are the shell's to list
     */
    Completion(Function<Kind, List<String>> names) {
        this.names = names;
    }

    /**
     * Completes the last of some words.
     *
     * @param words behind the program's name; the last is what has been typed of it, perhaps nothing
     */
    List<Candidate> of(List<String> words) {
        String typed = words.isEmpty() ? "" : words.getLast();
        return all(words.isEmpty() ? List.of() : words.subList(0, words.size() - 1), typed)
                .filter(candidate -> candidate.word().startsWith(typed))
                .toList();
    }

    private Stream<Candidate> all(List<String> before, String typed) {
        int at = 0;
        while (at < before.size() && before.get(at).startsWith("-")) {
            boolean takes = flag(GlobalFlags.BEFORE_COMMAND, before.get(at))
                            .filter(this::takesValue)
                            .isPresent()
                    && before.get(at).indexOf('=') < 0;
            at += takes ? 2 : 1;
        }
        if (at > before.size()) {
            return Stream.empty();
        }
        if (at == before.size()) {
            return typed.startsWith("-") ? flags(GlobalFlags.BEFORE_COMMAND) : first();
        }
        String name = before.get(at);
        if (CommandTable.GROUPS.containsKey(name)) {
            if (at + 1 >= before.size()) {
                return inGroup(name);
            }
            name = name + " " + before.get(++at);
        }
        List<String> rest = before.subList(at + 1, before.size());
        return CommandTable.find(name)
                .map(command -> following(command, rest, typed))
                .orElse(Stream.empty());
    }

    private Stream<Candidate> first() {
        Map<String, String> all = new LinkedHashMap<>(CommandTable.GROUPS);
        commands.forEach(command -> command.names().stream()
                .filter(name -> name.indexOf(' ') < 0)
                .forEach(name -> all.put(name, command.summary())));
        return all.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(it -> new Candidate(it.getKey(), it.getValue()));
    }

    private Stream<Candidate> inGroup(String group) {
        return commands.stream()
                .flatMap(command -> command.names().stream()
                        .filter(name -> name.startsWith(group + " "))
                        .map(name -> new Candidate(name.substring(group.length() + 1), command.summary())));
    }

    private Stream<Candidate> following(Command command, List<String> before, String typed) {
        int arguments = 0;
        Optional<Flag<?>> open = Optional.empty();
        for (String word : before) {
            if (open.isPresent()) {
                open = Optional.empty();
            } else if (word.startsWith("-") && word.length() > 1 && (arguments == 0 || !isFlagsFirst(command))) {
                open = flag(command.flags(), word).filter(flag -> takesValue(flag) && word.indexOf('=') < 0);
            } else {
                arguments++;
            }
        }
        if (open.isPresent()) {
            return values(open.get());
        }
        if (typed.startsWith("-") && (arguments == 0 || !isFlagsFirst(command))) {
            return flags(command.flags());
        }
        return arguments(command, arguments);
    }

    private static boolean isFlagsFirst(Command command) {
        return command.order() == CommandLine.Order.FLAGS_FIRST;
    }

    private boolean takesValue(Flag<?> flag) {
        return flag.shape() != Flag.Shape.SWITCH;
    }

    /** The flag that a word ends with: {@code --name}, {@code -n}, or {@code -itn}. */
    private static Optional<Flag<?>> flag(List<Flag<?>> flags, String word) {
        if (word.startsWith("--")) {
            String name = word.substring(2, word.indexOf('=') < 0 ? word.length() : word.indexOf('='));
            return flags.stream().filter(flag -> flag.name().equals(name)).findFirst();
        }
        char letter = word.charAt(word.length() - 1);
        return flags.stream()
                .filter(flag -> flag.shorthand().filter(it -> it == letter).isPresent())
                .findFirst();
    }

    private static Stream<Candidate> flags(List<Flag<?>> flags) {
        return flags.stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .map(flag -> new Candidate("--" + flag.name(), flag.help()));
    }

    private Stream<Candidate> values(Flag<?> flag) {
        return switch (flag.name()) {
            case "volumes-from" -> named(Kind.CONTAINER);
            case "volume" -> Stream.concat(named(Kind.VOLUME), named(Kind.FILE));
            case "env-file", "label-file", "cidfile", "output", "input" -> named(Kind.FILE);
            default -> VALUES.getOrDefault(flag.name(), List.of()).stream().map(word -> new Candidate(word, ""));
        };
    }

    private Stream<Candidate> arguments(Command command, int before) {
        List<Kind> kinds = kinds(command, before);
        return new TreeSet<>(kinds).stream().flatMap(this::named);
    }

    /** What an argument is, as the synopsis calls it: {@code CONTAINER [CONTAINER...]}, {@code IMAGE [COMMAND]}. */
    private static List<Kind> kinds(Command command, int before) {
        List<Kind> kinds = new ArrayList<>();
        List<String> places = Stream.of(
                        command.synopsis().replace("[OPTIONS]", "").strip().split(" +", -1))
                .map(place -> place.replaceAll("[\\[\\].]", ""))
                .filter(place -> !place.isEmpty())
                .toList();
        if (places.isEmpty()) {
            return kinds;
        }
        boolean many = command.argumentCount().most() == Integer.MAX_VALUE && !isFlagsFirst(command);
        if (before >= places.size() && !many) {
            return kinds;
        }
        String place = places.get(Math.min(before, places.size() - 1));
        boolean running = OF_RUNNING.contains(command.names().getFirst());
        if (place.contains("CONTAINER")) {
            kinds.add(running ? Kind.RUNNING_CONTAINER : Kind.CONTAINER);
        }
        if (place.contains("IMAGE") || place.contains("TAG")) {
            kinds.add(Kind.IMAGE);
        }
        if (place.contains("VOLUME")) {
            kinds.add(Kind.VOLUME);
        }
        if (place.contains("NAME|ID")) {
            kinds.addAll(List.of(Kind.CONTAINER, Kind.IMAGE, Kind.VOLUME));
        }
        if (place.contains("file") || place.contains("PATH")) {
            kinds.add(Kind.FILE);
        }
        return kinds;
    }

    private Stream<Candidate> named(Kind kind) {
        return names.apply(kind).stream().map(name -> new Candidate(name, ""));
    }
}
