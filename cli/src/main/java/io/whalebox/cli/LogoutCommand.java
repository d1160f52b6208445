package io.whalebox.cli;

import io.whalebox.image.registry.DockerConfig;
import java.util.List;

/** {@code whalebox logout}. */
final class LogoutCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("logout");
    }

    @Override
    public String synopsis() {
        return "[SERVER]";
    }

    @Override
    public String summary() {
        return "Log out from a registry";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(0, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        RegistryHost registry =
                RegistryHost.parse(line.arguments().stream().findFirst().orElse(""));
        console.out().println("Removing login credentials for " + registry.shown());
        DockerConfig.of(console.environment().variables()).remove(registry.host());
        return 0;
    }
}
