package io.whalebox.cli;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.runtime.Monitored;
import io.whalebox.runtime.Spec;
import java.util.List;
import java.util.Optional;

/** Where a container's output is recorded, from {@code --log-driver} and {@code --log-opt}. */
final class RunLog {
    private RunLog() {}

    /** For a container that nobody is attached to. */
    static Engine.Start start(CommandLine line, ContainerSpec spec) {
        return new Engine.Start(
                of(line),
                List.of(),
                spec.program().terminal() ? Optional.of(new Spec.Console(0, 0)) : Optional.empty());
    }

    static Monitored.Log of(CommandLine line) {
        String driver = line.value(RunFlags.LOG_DRIVER).orElse("");
        long maxBytes = 0;
        int maxFiles = 1;
        for (String option : line.values(RunFlags.LOG_OPT)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            String value = equals < 0 ? "" : option.substring(equals + 1);
            switch (name) {
                case "max-size" -> maxBytes = ByteSize.parse(value).bytes();
                case "max-file" -> maxFiles = files(value);
                default ->
                    throw Strconv.invalid(
                            "unknown log opt '" + name + "' for " + (driver.isEmpty() ? "json-file" : driver)
                                    + " log driver: there are max-size and max-file");
            }
        }
        return switch (driver) {
            case "none" -> new Monitored.Log.None();
            case "", "json-file", "local", "k8s-file" -> new Monitored.Log.Files(maxBytes, maxFiles);
            default ->
                throw Strconv.invalid("error looking up logging plugin " + driver + ": plugin \"" + driver
                        + "\" not found: there are json-file, local, k8s-file and none");
        };
    }

    private static int files(String value) {
        try {
            int files = Integer.parseInt(value);
            if (files >= 1) {
                return files;
            }
        } catch (NumberFormatException e) {
            throw Strconv.invalid("invalid value for max-file: '" + value + "': a number is needed");
        }
        throw Strconv.invalid("max-file cannot be less than 1");
    }
}
