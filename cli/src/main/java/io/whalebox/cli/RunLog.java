package io.whalebox.cli;

import io.whalebox.engine.Logging;
import java.util.Map;
import java.util.TreeMap;

/** Where a container's output is recorded, from {@code --log-driver} and {@code --log-opt}. */
final class RunLog {
    private RunLog() {}

    static Logging of(CommandLine line) {
        String driver =
                line.value(RunFlags.LOG_DRIVER).filter(name -> !name.isEmpty()).orElse(Logging.STANDARD.driver());
        Map<String, String> options = new TreeMap<>();
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
                    throw Strconv.invalid("unknown log opt '" + name + "' for " + driver
                            + " log driver: there are max-size and max-file");
            }
            options.put(name, value);
        }
        return new Logging(driver, options, maxBytes, maxFiles);
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
