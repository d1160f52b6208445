package io.whalebox.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The project's own files, as its tests look at them. */
final class Project {
    static final Path ROOT = Path.of(System.getProperty("whalebox.root", "..")).toAbsolutePath();

    private Project() {}

    /** The modules in the order of the root pom: lowest first. */
    static List<String> modules() {
        return texts(pom(ROOT), "module");
    }

    /** The modules that a module's pom depends on, in whatever scope. */
    static List<String> dependencies(String module) {
        Document pom = pom(ROOT.resolve(module));
        NodeList dependencies = pom.getElementsByTagName("dependency");
        List<String> modules = new ArrayList<>();
        for (int i = 0; i < dependencies.getLength(); i++) {
            String text = dependencies.item(i).getTextContent().strip();
            if (text.startsWith("io.whalebox")) {
                modules.add(text.split("\\s+", 3)[1].replaceFirst("^whalebox-", ""));
            }
        }
        return modules;
    }

    /** Every file that git knows or would add, so nothing that a build leaves behind. */
    static List<Path> files(String... patterns) {
        List<String> command =
                new ArrayList<>(List.of("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"));
        command.addAll(List.of(patterns));
        try {
            Process git = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor() != 0) {
                throw new IllegalStateException("git cannot list the files of " + ROOT);
            }
            return Stream.of(names.split("\0", -1))
                    .map(ROOT::resolve)
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static boolean isEmpty(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How a message names a file. */
    static String name(Path file) {
        return ROOT.relativize(file).toString();
    }

    private static Document pom(Path directory) {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(directory.resolve("pom.xml").toFile());
        } catch (IOException | SAXException | ParserConfigurationException failure) {
            throw new IllegalStateException("cannot read the pom of " + directory, failure);
        }
    }

    private static List<String> texts(Document document, String tag) {
        NodeList elements = document.getElementsByTagName(tag);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < elements.getLength(); i++) {
            texts.add(elements.item(i).getTextContent().strip());
        }
        return texts;
    }
}
