package io.whalebox.cli;

import io.whalebox.cli.service.EngineService;
import java.util.List;
import java.util.Optional;

/** {@code whalebox engine start}, {@code stop} and {@code status}. The client answers when there is no engine. */
enum EngineCommands implements Command {
    START("start", "Start the engine of this store, unless it runs") {
        @Override
        int run(EngineService service, Console console) {
            console.out().println(about(service));
            return 0;
        }
    },
    STOP("stop", "Stop the engine of this store; its containers go on") {
        @Override
        int run(EngineService service, Console console) {
            service.leave("it was stopped");
            console.out()
                    .println("the engine stops (process "
                            + ProcessHandle.current().pid() + ")");
            return 0;
        }
    },
    STATUS("status", "Tell whether an engine runs for this store") {
        @Override
        int run(EngineService service, Console console) {
            console.out().println(about(service));
            return 0;
        }
    };

    private final String word;
    private final String summary;

    EngineCommands(String word, String summary) {
        this.word = word;
        this.summary = summary;
    }

    abstract int run(EngineService service, Console console);

    private static String about(EngineService service) {
        // The one who asks is no news.
        int others = service.clients() - 1;
        return "an engine runs (process " + ProcessHandle.current().pid() + ", serving " + others
                + (others == 1 ? " other command)" : " other commands)");
    }

    @Override
    public List<String> names() {
        return List.of("engine " + word);
    }

    @Override
    public String synopsis() {
        return "";
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Optional<EngineService> service = console.service();
        if (service.isEmpty()) {
            console.out().println("no engine serves this command");
            return 1;
        }
        return run(service.get(), console);
    }
}
