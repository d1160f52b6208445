package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.ContainerSpec.Program;
import io.whalebox.image.ContainerDefaults;
import io.whalebox.image.ContainerDefaults.Healthcheck;
import io.whalebox.linux.RawText;
import io.whalebox.network.ExposedPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The part {@code Config} of what {@code inspect} tells of a container: what it is on any host. */
final class ConfigDocument {
    private static final int SHORT_ID = 12;

    private ConfigDocument() {}

    static Value of(ContainerRecord container) {
        Program program = container.spec().program();
        ContainerDefaults defaults = container.config().defaults();
        List<String> entrypoint = program.entrypoint().orElse(defaults.entrypoint());
        List<String> cmd =
                program.command().isEmpty() && program.entrypoint().isEmpty() ? defaults.cmd() : program.command();
        return Value.struct("config")
                .put("Hostname", hostname(container))
                .put("Domainname", container.spec().isolation().domainname().orElse(""))
                .put("User", program.user().or(defaults::user).orElse(""))
                .put("AttachStdin", program.attached().contains("stdin"))
                .put("AttachStdout", program.attached().contains("stdout"))
                .put("AttachStderr", program.attached().contains("stderr"))
                .putUnlessEmpty("ExposedPorts", keys(exposed(container)))
                .put("Tty", program.terminal())
                .put("OpenStdin", program.stdin())
                .put("StdinOnce", program.stdin() && program.attached().contains("stdin"))
                .put("Env", texts(environment(program.env(), defaults.env())))
                .put("Cmd", orNothing(cmd))
                .putUnlessEmpty(
                        "Healthcheck", Value.orNothing(container.healthcheck().map(ConfigDocument::healthcheck)))
                .put("Image", container.image())
                .put("Volumes", defaults.volumes().isEmpty() ? Value.nothing() : keys(defaults.volumes()))
                .put(
                        "WorkingDir",
                        program.workingDirectory().or(defaults::workingDir).orElse(""))
                .put("Entrypoint", orNothing(entrypoint))
                .put("OnBuild", orNothing(defaults.onBuild()))
                .put("Labels", Value.of(container.labels()))
                .putUnlessEmpty("StopSignal", Value.of(stopSignal(container)))
                .putUnlessEmpty(
                        "StopTimeout",
                        container.spec().life().stopTimeoutSeconds().isEmpty()
                                ? Value.nothing()
                                : Value.of(container
                                        .spec()
                                        .life()
                                        .stopTimeoutSeconds()
                                        .getAsInt()))
                .putUnlessEmpty("Shell", Value.of(defaults.shell()))
                .end();
    }

    private static String hostname(ContainerRecord container) {
        return container
                .spec()
                .isolation()
                .hostname()
                .orElseGet(() -> container.id().substring(0, SHORT_ID));
    }

    private static String stopSignal(ContainerRecord container) {
        Optional<String> user = container.spec().program().stopSignal().map(signal -> "" + signal.number());
        return user.or(() -> container.config().defaults().stopSignal()).orElse("");
    }

    /** The image's variables with the user's over them; a name alone takes one away. */
    private static List<String> environment(List<String> user, List<String> image) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        image.forEach(variable -> variables.put(name(variable), variable));
        for (String variable : user) {
            if (variable.indexOf('=') < 0) {
                variables.remove(variable);
            } else {
                variables.put(name(variable), variable);
            }
        }
        return List.copyOf(variables.values());
    }

    private static String name(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? variable : variable.substring(0, equals);
    }

    private static Set<String> exposed(ContainerRecord container) {
        Set<String> ports = new TreeSet<>(container.config().defaults().exposedPorts());
        container.spec().isolation().network().exposed().stream()
                .map(ExposedPort::toString)
                .forEach(ports::add);
        return ports;
    }

    static Value orNothing(List<String> words) {
        return words.isEmpty() ? Value.nothing() : texts(words);
    }

    /** As they show: a byte that is no part of a character is written down as such. */
    static Value texts(List<String> words) {
        return Value.of(words.stream().map(RawText::shown).toList());
    }

    /** A set as Go writes one. */
    static Value keys(Set<String> set) {
        TreeMap<String, Value> keys = new TreeMap<>();
        set.forEach(key -> keys.put(key, new Value.Dictionary(new TreeMap<>())));
        return new Value.Dictionary(keys);
    }

    static Value healthcheck(Healthcheck check) {
        return Value.struct("healthcheck")
                .putUnlessEmpty("Test", Value.of(check.test()))
                .putUnlessEmpty("Interval", Value.of(check.intervalNanos()))
                .putUnlessEmpty("Timeout", Value.of(check.timeoutNanos()))
                .putUnlessEmpty("StartPeriod", Value.of(check.startPeriodNanos()))
                .putUnlessEmpty("StartInterval", Value.of(check.startIntervalNanos()))
                .putUnlessEmpty("Retries", Value.of(check.retries()))
                .end();
    }
}
