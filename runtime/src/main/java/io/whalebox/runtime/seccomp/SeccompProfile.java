package io.whalebox.runtime.seccomp;

import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.CapabilitySet;
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
    private static final int MAX_RESOLVED = 64;

    private final Action defaultAction;
    private final Map<Architecture, List<Architecture>> machines;
    private final List<Architecture> architectures;
    private final Set<FilterFlag> flags;
    private final List<Rule> rules;
    /** Those that some rule asks about. */
    private final CapabilitySet relevantCapabilities;

    private final Map<Circumstances, LinuxSeccomp> resolved = new ConcurrentHashMap<>();

    /** All that a rule can depend on. */
    private record Circumstances(CapabilitySet given, Machine machine) {}

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
        this.relevantCapabilities = rules.stream()
                .map(rule -> CapabilitySet.of(rule.includes().capabilities())
                        .with(CapabilitySet.of(rule.excludes().capabilities())))
                .reduce(CapabilitySet.NONE, CapabilitySet::with);
    }

    /** The profile of a container that names none; Docker's default. */
    public static SeccompProfile dockerDefault() {
        return Default.PROFILE;
    }

    /**
     * Reads a profile in Docker's JSON format, of at most {@value ProfileJson#MAX_BYTES} bytes.
     *
     * @throws WhaleboxException NOT_FOUND when there is no such file, INVALID when it is not a profile, with the place
     *     inside it that is wrong
     */
    public static SeccompProfile read(Path file) {
        return ProfileJson.read(file);
    }

    /**
     * The rules that count for a container. Containers that differ in nothing that the profile asks about get the very
     * same object, so that looking for its compiled filter is cheap.
     *
     * @param given the container's bounding set: what it could ever have
     */
    public LinuxSeccomp resolve(CapabilitySet given, Machine machine) {
        if (resolved.size() > MAX_RESOLVED) {
            resolved.clear();
        }
        CapabilitySet relevant = given.within(relevantCapabilities).given();
        return resolved.computeIfAbsent(new Circumstances(relevant, machine), c -> select(c.given, c.machine));
    }

    private LinuxSeccomp select(CapabilitySet given, Machine machine) {
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
