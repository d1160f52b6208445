package io.whalebox.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whom to ask for names and how (resolv.conf(5)), as the host has it and as a container gets it. */
final class ResolvConf {
    private static final Path HOST = Path.of("/etc/resolv.conf");

    /** Where systemd-resolved writes down whom it asks itself. */
    private static final Path RESOLVED = Path.of("/run/systemd/resolve/resolv.conf");

    private static final String STUB = "127.0.0.53";

    /** Docker's, for a container whose host only asks itself. */
    private static final List<String> PUBLIC = List.of("8.8.8.8", "8.8.4.4");

    private final List<String> servers = new ArrayList<>();
    private final List<String> search = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    private ResolvConf() {}

    static ResolvConf ofHost() {
        ResolvConf conf = parse(read(HOST));
        return conf.servers.equals(List.of(STUB)) && Files.exists(RESOLVED) ? parse(read(RESOLVED)) : conf;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ResolvConf parse(String text) {
        ResolvConf conf = new ResolvConf();
        for (String line : text.split("\n", -1)) {
            List<String> words = List.of(line.strip().split("\\s+", -1));
            List<String> values = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "nameserver" ->
                    conf.servers.addAll(values.stream().limit(1).toList());
                case "search", "domain" -> {
                    conf.search.clear();
                    conf.search.addAll(values);
                }
                case "options" -> conf.options.addAll(values);
                default -> {}
            }
        }
        return conf;
    }

    /** What a container asks: the user's choice, else the host's as far as they can be reached from elsewhere. */
    ContainerNetwork.DnsConfig forContainer(DnsSpec wanted) {
        List<String> reachable = servers.stream()
                .filter(server -> IpAddress.find(server)
                        .filter(address -> !address.isLoopback())
                        .isPresent())
                .toList();
        return with(reachable, wanted);
    }

    /** The same for one whose questions the host passes on. */
    ContainerNetwork.DnsConfig forHost(DnsSpec wanted) {
        return with(servers, wanted);
    }

    private ContainerNetwork.DnsConfig with(List<String> usual, DnsSpec wanted) {
        List<String> chosen = wanted.servers().isEmpty() ? usual : wanted.servers();
        return new ContainerNetwork.DnsConfig(
                chosen.isEmpty() ? PUBLIC : chosen,
                wanted.search().isEmpty()
                        ? search
                        // A single dot asks for none.
                        : wanted.search().stream()
                                .filter(domain -> !domain.equals("."))
                                .toList(),
                wanted.options().isEmpty() ? options : wanted.options());
    }

    /** The file that says so. */
    static String write(List<String> servers, ContainerNetwork.DnsConfig dns, List<String> moreOptions) {
        StringBuilder text = new StringBuilder();
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!dns.search().isEmpty()) {
            text.append("search ").append(String.join(" ", dns.search())).append('\n');
        }
        List<String> options = new ArrayList<>(dns.options());
        moreOptions.stream()
                .filter(more -> options.stream().noneMatch(it -> it.startsWith(more.replaceFirst(":.*", ":"))))
                .forEach(options::add);
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }
}
