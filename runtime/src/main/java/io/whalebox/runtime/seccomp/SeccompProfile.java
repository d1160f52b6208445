package io.whalebox.runtime.seccomp;

import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.CapabilitySet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a person writes about system calls: Docker's seccomp profile. Its rules may depend on the container's
 * capabilities, the machine's architecture and the kernel's version; {@link #resolve} takes those decisions.
 *
 * @see <a href="https://docs.docker.com/engine/security/seccomp/">Docker's documentation</a>
 */
public final class SeccompProfile {
    /** A profile meets few different sets of capabilities; this only bounds what a peculiar user can make us keep. */
    private static final int MAX_FILTERS = 64;

    private final Action defaultAction;
    private final Map<Architecture, List<Architecture>> machines;
    private final List<Architecture> architectures;
    private final Set<FilterFlag> flags;
    private final List<Rule> rules;
    /** Those that some rule asks about. */
    private final CapabilitySet relevantCapabilities;

    private final Map<Long, SeccompFilter> filters = new ConcurrentHashMap<>();

    /**
     * A rule and when it counts.
     *
     * @param includes all of it must be so
     * @param excludes none of it may be so
     */
    record Rule(SyscallRule rule, Condition includes, Condition excludes) {}

    /**
     * Makes a profile of its parts.
     *
     * @param machines {@code archMap}: by machine, the architectures that are accepted beside its own
     * @param architectures {@code architectures}: accepted on every machine beside its own
     */
    SeccompProfile(
            Action defaultAction,
            Map<Architecture, List<Architecture>> machines,
            List<Architecture> architectures,
            Set<FilterFlag> flags,
            List<Rule> rules) {
        this.defaultAction = defaultAction;
        this.machines = Map.copyOf(machines);
        this.architectures = List.copyOf(architectures);
        this.flags = Set.copyOf(flags);
        this.rules = List.copyOf(rules);
        CapabilitySet relevant = CapabilitySet.NONE;
        for (Rule rule : rules) {
            relevant = relevant.with(rule.includes().capabilities())
                    .with(rule.excludes().capabilities());
        }
        this.relevantCapabilities = relevant;
    }

    /** The profile of a container that names none; Docker's default. */
    public static SeccompProfile dockerDefault() {
        return Default.PROFILE;
    }

    /**
     * The text of a file that is a profile in Docker's JSON format, of at most {@value ProfileJson#MAX_BYTES} bytes, without
     * the space between its words: to be kept, and parsed when the file may be gone.
     *
     * @throws WhaleboxException NOT_FOUND when there is no such file, INVALID when it is not a profile, with the place
     *     inside it that is wrong
     */
    public static String text(Path file) {
        return ProfileJson.text(file);
    }

    /**
     * Parses the text of a profile.
     *
     * @throws WhaleboxException INVALID when it is none
     */
    public static SeccompProfile parse(String text) {
        return ProfileJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The filter of a container on this machine; compiled once and remembered, also for containers that differ in
     * nothing that the profile asks about.
     *
     * @param given the container's bounding set: what it could ever have
     * @throws WhaleboxException INVALID when the rules make a program that is longer than the kernel takes
     */
    public SeccompFilter filter(CapabilitySet given) {
        Machine machine = Machine.current();
        long relevant = given.within(relevantCapabilities).given().mask();
        if (filters.size() > MAX_FILTERS) {
            filters.clear();
        }
        return filters.computeIfAbsent(relevant, mask -> SeccompFilter.compile(resolve(given, machine), machine));
    }

    /**
     * The rules that count for a container.
     *
     * @param given the container's bounding set: what it could ever have
     */
    public LinuxSeccomp resolve(CapabilitySet given, Machine machine) {
        List<SyscallRule> counting = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.includes().includes(given, machine) && !rule.excludes().excludes(given, machine)) {
                counting.add(rule.rule());
            }
        }
        Set<Architecture> accepted = EnumSet.of(machine.architecture());
        accepted.addAll(architectures);
        accepted.addAll(machines.getOrDefault(machine.architecture(), List.of()));
        return new LinuxSeccomp(defaultAction, List.copyOf(accepted), flags, counting);
    }

    private static final class Default {
        static final SeccompProfile PROFILE = ProfileText.dockerDefault();
    }
}
