package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.runtime.cgroup.ResourcesBuilder;
import java.util.List;
import java.util.stream.Stream;

/** {@code whalebox update}: other limits for containers, running or not. */
final class UpdateCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("update", "container update");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Change what containers may use, and when they are started again";
    }

    @Override
    public List<Flag<?>> flags() {
        return Stream.concat(ResourceFlags.CHANGEABLE.stream(), Stream.of(RunFlags.RESTART))
                .toList();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        if (flags().stream().allMatch(flag -> line.value(flag).isEmpty())) {
            throw Strconv.invalid("you must provide one or more flags when using this command");
        }
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(line.arguments(), console, name -> {
                ContainerRecord container = engine.find(name);
                ResourcesBuilder resources = container.spec().limits().resources().toBuilder();
                List<String> warnings = engine.container(container)
                        .update(ResourceFlags.apply(line, resources).build(), line.value(RunFlags.RESTART));
                console.out().println(Printable.of(name));
                console.out().flush();
                warnings.forEach(console.err()::println);
            });
        }
    }
}
