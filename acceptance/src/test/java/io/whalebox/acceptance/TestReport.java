package io.whalebox.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What all the tests came to, from the XML reports that Surefire and JUnit's console launcher write.
 *
 * <p>{@code ./check} runs this file from its source: {@code java TestReport.java [failed=TEXT] [skipped=TEXT] DIR...}
 * lists each failed and each skipped test with its reason, and each that passed only when it was run again, then one
 * line {@code N passed, N failed, N skipped}. It exits with 1 when something failed or nothing ran. Reports named
 * {@code FIRST-*.xml} are of a run that was repeated as a whole.
 *
 * @param results the outcome of each test, by its class and name
 */
record TestReport(Map<String, Outcome> results) {

    /** A test that ran on two machines counts once, as the gravest of what it came to there. */
    sealed interface Outcome {
        record Skipped(String reason) implements Outcome {}

        record Passed() implements Outcome {}

        /** Failed, and passed when it was run again: a race in it or in what it tests. */
        record Unsteady(String reason) implements Outcome {}

        record Failed(String reason) implements Outcome {}

        private int gravity() {
            return switch (this) {
                case Skipped _ -> 0;
                case Passed _ -> 1;
                case Unsteady _ -> 2;
                case Failed _ -> 3;
            };
        }

        private static Outcome graver(Outcome one, Outcome other) {
            return one.gravity() >= other.gravity() ? one : other;
        }
    }

    static TestReport of(List<String> arguments) throws IOException, XMLStreamException {
        Map<String, Outcome> results = new TreeMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            switch (equals < 0 ? "" : argument.substring(0, equals)) {
                case "failed" -> results.put(argument.substring(equals + 1), new Outcome.Failed(""));
                case "skipped" -> results.put(argument.substring(equals + 1), new Outcome.Skipped(""));
                default -> {
                    for (Path file : reports(Path.of(argument))) {
                        read(file, results);
                    }
                }
            }
        }
        return new TestReport(results);
    }

    private static List<Path> reports(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("(TEST|FIRST)-.*\\.xml"))
                    .sorted()
                    .toList();
        }
    }

    private static void read(Path file, Map<String, Outcome> results) throws IOException, XMLStreamException {
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader xml = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
            String test = "";
            Outcome outcome = new Outcome.Passed();
            boolean repeated = file.getFileName().toString().startsWith("FIRST-");
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    switch (xml.getLocalName()) {
                        case "testcase" -> {
                            test = name(xml);
                            outcome = new Outcome.Passed();
                        }
                        case "skipped" -> outcome = new Outcome.Skipped(reason(xml));
                        case "failure", "error" ->
                            outcome = repeated ? new Outcome.Unsteady(reason(xml)) : new Outcome.Failed(reason(xml));
                        case "flakyFailure", "flakyError" -> outcome = new Outcome.Unsteady(reason(xml));
                        default -> {}
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT
                        && xml.getLocalName().equals("testcase")) {
                    results.merge(test, outcome, Outcome::graver);
                }
            }
        }
    }

    /** Surefire writes {@code method}, the console launcher {@code method()}; a skipped class has no method. */
    private static String name(XMLStreamReader xml) {
        String method = attribute(xml, "name").replaceFirst("\\(\\)$", "");
        return attribute(xml, "classname") + (method.isEmpty() ? "" : "." + method);
    }

    private static String reason(XMLStreamReader xml) throws XMLStreamException {
        String message = attribute(xml, "message");
        String text = message.isEmpty() ? xml.getElementText() : message;
        return text.strip()
                .lines()
                .findFirst()
                .orElse("")
                .replaceFirst("^(org\\.opentest4j\\.TestAbortedException: )?Assumption failed: ", "");
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    /** The lists and the count, the count last. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (Map.Entry<String, Outcome> result : results.entrySet()) {
            switch (result.getValue()) {
                case Outcome.Passed _ -> passed++;
                case Outcome.Unsteady(String reason) -> {
                    passed++;
                    lines.add("unsteady: " + because(result.getKey(), reason));
                }
                case Outcome.Failed(String reason) -> {
                    failed++;
                    lines.add("failed: " + because(result.getKey(), reason));
                }
                case Outcome.Skipped(String reason) -> {
                    skipped++;
                    lines.add("skipped: " + because(result.getKey(), reason));
                }
            }
        }
        lines.add("%d passed, %d failed, %d skipped".formatted(passed, failed, skipped));
        return lines;
    }

    private static String because(String what, String reason) {
        return reason.isEmpty() ? what : what + ": " + reason;
    }

    boolean good() {
        return results.values().stream().noneMatch(Outcome.Failed.class::isInstance)
                && results.values().stream().anyMatch(it -> it.gravity() > 0);
    }

    public static void main(String[] arguments) throws IOException, XMLStreamException {
        TestReport report = of(List.of(arguments));
        report.lines().forEach(System.out::println);
        System.exit(report.good() ? 0 : 1);
    }
}
