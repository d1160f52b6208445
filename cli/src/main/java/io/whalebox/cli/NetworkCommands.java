package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.NetworkRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code whalebox network connect}, {@code disconnect}, {@code rm}, {@code prune} and {@code inspect}. */
enum NetworkCommands implements Command {
    CONNECT("connect", "[OPTIONS] NETWORK CONTAINER", "Connect a container to a network") {
        @Override
        public List<Flag<?>> flags() {
            return List.of(ALIAS, NetworkFlags.IP, NetworkFlags.IP6, NetworkFlags.LINK);
        }

        @Override
        int run(Engine engine, CommandLine line, Console console) {
            NetworkRecord network =
                    engine.networks().networks().find(line.arguments().get(0));
            ContainerRecord container = engine.find(line.arguments().get(1));
            engine.networks()
                    .connect(
                            container,
                            new EndpointSpec(
                                    network.name(),
                                    line.value(NetworkFlags.IP),
                                    line.value(NetworkFlags.IP6),
                                    Optional.empty(),
                                    line.values(ALIAS),
                                    line.values(NetworkFlags.LINK)));
            return 0;
        }
    },
    DISCONNECT("disconnect", "[OPTIONS] NETWORK CONTAINER", "Disconnect a container from a network") {
        @Override
        int run(Engine engine, CommandLine line, Console console) {
            NetworkRecord network =
                    engine.networks().networks().find(line.arguments().get(0));
            engine.networks().disconnect(engine.find(line.arguments().get(1)), network);
            return 0;
        }
    },
    REMOVE("rm", "NETWORK [NETWORK...]", "Remove networks") {
        @Override
        public List<String> names() {
            return List.of("network rm", "network remove");
        }

        @Override
        public List<Flag<?>> flags() {
            return List.of(FORCE);
        }

        @Override
        public ArgumentCount argumentCount() {
            return ArgumentCount.atLeast(1);
        }

        @Override
        int run(Engine engine, CommandLine line, Console console) {
            return EachArgument.of(line.arguments(), console, name -> {
                try {
                    engine.networks().remove(engine.networks().networks().find(name));
                    console.out().println(Printable.of(name));
                } catch (WhaleboxException e) {
                    if (e.kind() != ErrorKind.NOT_FOUND || !line.isOn(FORCE)) {
                        throw e;
                    }
                }
            });
        }
    },
    PRUNE("prune", "[OPTIONS]", "Remove networks that no container is on") {
        @Override
        public List<Flag<?>> flags() {
            return List.of(Confirmation.FORCE, ImagePruneCommand.FILTER);
        }

        @Override
        public ArgumentCount argumentCount() {
            return ArgumentCount.NONE;
        }

        @Override
        int run(Engine engine, CommandLine line, Console console) {
            Predicate<NetworkRecord> condition = Filter.ofCleanUp(
                    line.values(ImagePruneCommand.FILTER), NetworkRecord::labels, NetworkRecord::created);
            String warning = "This will remove all custom networks not used by at least one container.";
            if (!Confirmation.given(line, console, warning)) {
                throw Strconv.invalid("network prune has been cancelled");
            }
            prune(engine, condition, console);
            return 0;
        }
    },
    INSPECT("inspect", "[OPTIONS] NETWORK [NETWORK...]", "Show all that is known of networks") {
        @Override
        public List<Flag<?>> flags() {
            return List.of(Inspection.FORMAT);
        }

        @Override
        public ArgumentCount argumentCount() {
            return ArgumentCount.atLeast(1);
        }

        @Override
        int run(Engine engine, CommandLine line, Console console) {
            return Inspection.print(line, console, name -> {
                NetworkRecord network = engine.networks().networks().find(name);
                return NetworkInspection.of(network, engine.networks().on(network));
            });
        }
    };

    private static final Flag<String> ALIAS =
            Flag.list("alias", "strings", Function.identity(), "Further name of the container on the network");
    private static final Flag<Boolean> FORCE = Flag.toggle("force", "Do not complain of networks that do not exist")
            .shorthand('f');

    private final String word;
    private final String arguments;
    private final String about;

    NetworkCommands(String word, String arguments, String about) {
        this.word = word;
        this.arguments = arguments;
        this.about = about;
    }

    abstract int run(Engine engine, CommandLine line, Console console);

    @Override
    public List<String> names() {
        return List.of("network " + word);
    }

    @Override
    public String synopsis() {
        return arguments;
    }

    @Override
    public String summary() {
        return about;
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return new ArgumentCount(2, 2);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            return run(engine, line, console);
        }
    }

    /** Removes what nobody is on, and prints what went. */
    static void prune(Engine engine, Predicate<NetworkRecord> condition, Console console) {
        List<String> removed = engine.networks().prune(condition);
        if (!removed.isEmpty()) {
            console.out().println("Deleted Networks:");
            removed.forEach(console.out()::println);
            console.out().println();
        }
    }
}
