package io.whalebox.cli;

import io.whalebox.cli.template.JsonText;
import io.whalebox.cli.template.Template;
import io.whalebox.cli.template.Value;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What all commands named {@code inspect} do: documents of everything that is named, as JSON or through a template. */
final class Inspection {
    static final Flag<String> FORMAT = Flag.text(
                    "format", "Print in another form: \"json\", or a template such as \"{{.Id}}\"")
            .shorthand('f');

    /** Docker's status for a template that can't be read. */
    private static final int BAD_TEMPLATE = 64;

    private Inspection() {}

    /**
     * Prints what is found, and complains of the rest.
     *
     * @param find makes the document of what a name means; throws what is to be said where there is none
     * @return the exit status
     */
    static int print(CommandLine line, Console console, Function<String, Value> find) {
        Optional<String> format = line.value(FORMAT).filter(text -> !text.isEmpty() && !text.equals("json"));
        Optional<Template> template;
        try {
            template = format.map(Template::parse);
        } catch (WhaleboxException e) {
            complain(console, e);
            return BAD_TEMPLATE;
        }
        List<Value> documents = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        StringBuilder texts = new StringBuilder();
        for (String name : line.arguments()) {
            try {
                Value document = find.apply(name);
                template.ifPresent(it -> texts.append(it.apply(document)).append('\n'));
                documents.add(document);
            } catch (WhaleboxException | LinuxException e) {
                failures.add(e);
            }
        }
        Value all = new Value.Items(documents);
        String json = line.value(FORMAT).orElse("").equals("json") ? JsonText.line(all) : JsonText.pretty(all);
        // As with Docker, an empty line where a template had nothing to print.
        console.out().print(template.isEmpty() ? json + "\n" : texts.isEmpty() ? "\n" : texts);
        console.out().flush();
        failures.forEach(failure -> complain(console, failure));
        return failures.isEmpty() ? 0 : 1;
    }

    private static void complain(Console console, RuntimeException failure) {
        console.err().println("whalebox: " + Printable.messageOf(failure));
    }
}
