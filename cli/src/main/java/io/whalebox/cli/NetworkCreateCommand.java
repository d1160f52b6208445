package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.network.NetworkCreation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code whalebox network create}. */
final class NetworkCreateCommand implements Command {
    private static final Flag<String> DRIVER = Flag.text(
                    "driver", "How it is made: \"bridge\", \"macvlan\" or \"ipvlan\"")
            .shorthand('d')
            .standard("\"bridge\"");
    private static final Flag<String> SUBNET = Flag.list(
            "subnet", "strings", Function.identity(), "Subnet, such as 10.1.0.0/24; one of each family at most");
    private static final Flag<String> RANGE = Flag.list(
            "ip-range", "strings", Function.identity(), "Part of the subnet that containers get addresses of");
    private static final Flag<String> GATEWAY =
            Flag.list("gateway", "strings", Function.identity(), "Address of the host in the subnet");
    private static final Flag<String> AUXILIARY =
            Flag.list("aux-address", "map", NetworkCreateCommand::pair, "Address that no container gets: NAME=ADDRESS");
    private static final Flag<Boolean> INTERNAL =
            Flag.toggle("internal", "Keep its containers from reaching what is not on it, and from being reached");
    private static final Flag<Boolean> ATTACHABLE =
            Flag.toggle("attachable", "Let containers be connected by hand; all networks here do");
    private static final Flag<Boolean> SIX = Flag.toggle("ipv6", "Give its containers IPv6 addresses too");
    private static final Flag<String> OPTION = Flag.list(
                    "opt", "map", NetworkCreateCommand::pair, "Option of the driver: NAME=VALUE")
            .shorthand('o');
    private static final Flag<String> LABEL =
            Flag.list("label", "list", RunValues::label, "Attach a label to the network");

    @Override
    public List<String> names() {
        return List.of("network create");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NETWORK";
    }

    @Override
    public String summary() {
        return "Create a network";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(DRIVER, SUBNET, RANGE, GATEWAY, AUXILIARY, INTERNAL, ATTACHABLE, SIX, OPTION, LABEL);
    }

    @Override
    public ArgumentCount argumentCount() {
        return new ArgumentCount(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        NetworkCreation wanted = new NetworkCreation(
                line.arguments().getFirst(),
                line.value(DRIVER).orElse("bridge"),
                line.values(SUBNET),
                line.values(RANGE),
                line.values(GATEWAY),
                map(line.values(AUXILIARY)),
                line.isOn(INTERNAL),
                line.isOn(ATTACHABLE),
                line.isOn(SIX),
                map(line.values(OPTION)),
                map(line.values(LABEL)));
        try (Engine engine = Store.open(console)) {
            console.out().println(engine.networks().create(wanted).id());
        }
        return 0;
    }

    private static String pair(String text) {
        if (text.indexOf('=') < 1) {
            throw Strconv.invalid("invalid argument: " + text + " is not NAME=VALUE");
        }
        return text;
    }

    private static Map<String, String> map(List<String> pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            map.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        return map;
    }
}
