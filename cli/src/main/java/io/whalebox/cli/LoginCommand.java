package io.whalebox.cli;

import io.whalebox.image.registry.Credentials;
import io.whalebox.image.registry.DockerConfig;
import io.whalebox.image.registry.Registries;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code whalebox login}: shows a password to a registry, and keeps it if it is right. */
final class LoginCommand implements Command {
    private static final Flag<String> USERNAME =
            Flag.text("username", "Name of the user").shorthand('u');
    private static final Flag<String> PASSWORD =
            Flag.text("password", "Password or access token").shorthand('p');
    private static final Flag<Boolean> PASSWORD_STDIN =
            Flag.toggle("password-stdin", "Read the password from standard input");

    private static final int LONGEST = 64 << 10;
    private static final int CONTROL_C = 3;
    private static final int CONTROL_D = 4;

    @Override
    public List<String> names() {
        return List.of("login");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [SERVER]";
    }

    @Override
    public String summary() {
        return "Authenticate to a registry";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(USERNAME, PASSWORD, PASSWORD_STDIN);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(0, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        RegistryHost registry =
                RegistryHost.parse(line.arguments().stream().findFirst().orElse(""));
        Optional<String> password = password(line, console);
        Optional<String> user = line.value(USERNAME).filter(name -> !name.isEmpty());
        try (Registries registries = Registries.of(console.environment().variables())) {
            DockerConfig config = registries.config();
            if (user.isEmpty() && password.isEmpty() && knownIsGood(registries, registry, console)) {
                return 0;
            }
            Credentials given = new Credentials.Password(
                    user.orElseGet(() -> ask("Username: ", true, console)),
                    password.orElseGet(() -> ask("Password: ", false, console)));
            Credentials kept = registries.login(registry.host(), given);
            config.put(registry.host(), kept);
            if (!config.hasHelper(registry.host())) {
                console.err().println("WARNING! Your credentials are stored unencrypted in '" + config.file() + "'.");
            }
            console.out().println("Login Succeeded");
        }
        return 0;
    }

    /** Without anything given, Docker first tries what it has. */
    private static boolean knownIsGood(Registries registries, RegistryHost registry, Console console) {
        Credentials known = registries.config().find(registry.host());
        if (known.equals(Credentials.NONE)) {
            return false;
        }
        console.out().println("Authenticating with existing credentials...");
        try {
            var _ = registries.login(registry.host(), known);
            console.out().println("Login Succeeded");
            return true;
        } catch (WhaleboxException e) {
            if (e.kind() != ErrorKind.DENIED) {
                throw e;
            }
            console.err().println("Login did not succeed, error: " + Printable.messageOf(e));
            return false;
        }
    }

    private static Optional<String> password(CommandLine line, Console console) {
        Optional<String> password = line.value(PASSWORD).filter(text -> !text.isEmpty());
        if (!line.isOn(PASSWORD_STDIN)) {
            if (password.isPresent()) {
                console.err().println("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
            }
            return password;
        }
        if (password.isPresent()) {
            throw new WhaleboxException(ErrorKind.INVALID, "--password and --password-stdin are mutually exclusive");
        }
        if (line.value(USERNAME).filter(name -> !name.isEmpty()).isEmpty()) {
            throw new WhaleboxException(ErrorKind.INVALID, "Must provide --username with --password-stdin");
        }
        try {
            String text = new String(console.in().readNBytes(LONGEST), StandardCharsets.UTF_8);
            return Optional.of(text.replaceFirst("\r?\n$", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ask(String prompt, boolean echo, Console console) {
        Terminal terminal = Terminal.of(console.caller().input())
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.INVALID,
                        "Cannot perform an interactive login from a non TTY device: use --username and"
                                + " --password-stdin"));
        console.out().print(prompt);
        console.out().flush();
        String answer;
        if (echo) {
            answer = read(console.in());
        } else {
            try (RawTerminal _ = RawTerminal.enter(terminal, console.caller().client())) {
                answer = read(console.in());
            }
            console.out().println();
        }
        if (answer.isEmpty()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, prompt.replace(": ", "").toLowerCase(Locale.ROOT) + " is required");
        }
        return answer;
    }

    /** A line as it is typed: raw, the terminal leaves Ctrl-C and the end to us. */
    private static String read(InputStream in) {
        ByteArrayOutputStream typed = new ByteArrayOutputStream();
        try {
            for (int c = in.read(); c >= 0 && c != '\n' && c != '\r' && typed.size() < LONGEST; c = in.read()) {
                if (c == CONTROL_C || c == CONTROL_D) {
                    throw new WhaleboxException(ErrorKind.INVALID, "the login was given up");
                }
                typed.write(c);
            }
            return typed.toString(StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
