package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing of Docker's is forgotten: each option of each command that Whalebox has is there too, or listed with the
 * reason why not. The options are those that were recorded of one client and, where a client is installed, its own.
 */
class DockerOptionsTest {
    private static final Pattern OPTION = Pattern.compile("^ +(?:-\\w, )?--([a-z][a-z0-9-]*)", Pattern.MULTILINE);

    /** Every option that is missing, by command. */
    private static List<String> missing(SortedMap<String, Set<String>> options) {
        List<String> missing = new ArrayList<>();
        options.forEach((name, names) -> CommandTable.find(name).ifPresent(command -> {
            Set<String> own = command.flags().stream()
                    .flatMap(flag -> Stream.concat(Stream.of("--" + flag.name()), flag.olderSpellings().stream()))
                    .collect(Collectors.toSet());
            for (String option : names) {
                if (!own.contains("--" + option)
                        && AbsentOptions.reason(command.names().getFirst(), option)
                                .isEmpty()) {
                    missing.add(name + " --" + option);
                }
            }
        }));
        return missing;
    }

    private static SortedMap<String, Set<String>> recorded() throws IOException {
        SortedMap<String, Set<String>> options = new TreeMap<>();
        try (InputStream file =
                Objects.requireNonNull(DockerOptionsTest.class.getResourceAsStream("docker-options.txt"))) {
            new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        int colon = line.indexOf(':');
                        options.put(
                                line.substring(0, colon),
                                Stream.of(line.substring(colon + 1).split(" ", -1))
                                        .filter(word -> !word.isEmpty())
                                        .collect(Collectors.toCollection(TreeSet::new)));
                    });
        }
        return options;
    }

    @Test
    void everyOptionOfDockersIsThereOrLeftOutForAReason() throws IOException {
        SortedMap<String, Set<String>> options = recorded();
        assertThat(options.keySet().stream()
                        .filter(name -> CommandTable.find(name).isPresent()))
                .as("commands in reach")
                .hasSizeGreaterThan(60);

        assertThat(missing(options)).isEmpty();
    }

    @Test
    void soItIsWithTheClientThatIsInstalledHere() throws Exception {
        Optional<Path> docker = Stream.of("/usr/bin/docker", "/usr/local/bin/docker")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(docker.isPresent(), "needs a docker client to read the help of (Debian's package docker.io)");
        SortedMap<String, Set<String>> options = new TreeMap<>();
        for (String name : recorded().keySet()) {
            if (CommandTable.find(name).isPresent()) {
                options.put(name, help(docker.get(), name));
            }
        }

        assertThat(missing(options)).isEmpty();
    }

    /** What the client's own help lists; its page for an unknown command is of all commands, and has none of these. */
    private static Set<String> help(Path docker, String name) throws Exception {
        List<String> words = new ArrayList<>(List.of(docker.toString()));
        words.addAll(List.of(name.split(" ", -1)));
        words.add("--help");
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String page = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        int end = page.indexOf("Global Options:");
        Set<String> options = new TreeSet<>();
        if (!page.contains("Usage:  docker " + name)) {
            return options;
        }
        Matcher option = OPTION.matcher(end < 0 ? page : page.substring(0, end));
        while (option.find()) {
            options.add(option.group(1));
        }
        options.remove("help");
        return options;
    }

    @Test
    void theReasonIsToldToWhoeverGivesOne() {
        Captured captured = Captured.whalebox("run", "--gpus", "all", "busybox");

        assertThat(captured.status()).isEqualTo(UsageException.BAD_FLAG);
        assertThat(captured.err()).startsWith("unknown flag: --gpus: it runs a program of NVIDIA's");
    }

    @Test
    void noOptionIsBothThereAndLeftOut() {
        for (Command command : CommandTable.all()) {
            assertThat(command.flags().stream()
                            .map(Flag::name)
                            .filter(option -> AbsentOptions.reason(
                                            command.names().getFirst(), option)
                                    .isPresent()))
                    .as(command.names().getFirst())
                    .isEmpty();
        }
    }
}
