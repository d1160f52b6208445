package io.whalebox.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.runtime.Capability;
import io.whalebox.runtime.CapabilitySet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The default profile is written in our own words; it must mean what Docker's means. */
class DefaultProfileTest {
    private static final List<Architecture> ALL = List.of(Architecture.values());

    @Test
    void meansWhatDockersDefaultMeans() {
        Path reference = SharedData.file("seccomp/docker-default.json");
        SeccompProfile docker = SeccompProfile.parse(SeccompProfile.text(reference));
        SeccompProfile ours = SeccompProfile.dockerDefault();

        for (Machine machine : machines()) {
            for (CapabilitySet capabilities : capabilitySets()) {
                assertThat(meaning(ours.resolve(capabilities, machine)))
                        .as("on %s with %s", machine, capabilities)
                        .isEqualTo(meaning(docker.resolve(capabilities, machine)));
            }
        }
    }

    @Test
    void namesOnlyCallsThatTheTableHas() {
        Set<String> known = new HashSet<>();
        ALL.forEach(architecture -> known.addAll(SyscallTable.instance().names(architecture)));

        for (Machine machine : machines()) {
            SeccompProfile.dockerDefault()
                    .resolve(CapabilitySet.ALL, machine)
                    .rules()
                    .forEach(rule -> assertThat(known).containsAll(rule.names()));
        }
    }

    /** Every machine and, since a rule asks for at most one, every capability alone, beside none and all of them. */
    private static List<CapabilitySet> capabilitySets() {
        List<CapabilitySet> sets =
                new ArrayList<>(List.of(CapabilitySet.NONE, CapabilitySet.DEFAULT, CapabilitySet.ALL));
        for (Capability capability : Capability.values()) {
            sets.add(CapabilitySet.of(capability));
            sets.add(CapabilitySet.ALL.without(CapabilitySet.of(capability)));
        }
        return sets;
    }

    private static List<Machine> machines() {
        List<Machine> machines = new ArrayList<>();
        for (Architecture architecture : List.of(Architecture.X86_64, Architecture.AARCH64)) {
            for (KernelVersion kernel :
                    List.of(new KernelVersion(4, 7), new KernelVersion(4, 8), new KernelVersion(6, 18))) {
                machines.add(new Machine(architecture, kernel));
            }
        }
        return machines;
    }

    private record Meaning(
            Action defaultAction,
            Set<Architecture> architectures,
            Set<FilterFlag> flags,
            Map<String, Set<Treatment>> calls) {}

    private record Treatment(Action action, List<ArgumentCheck> checks) {}

    /**
     * What is done with each call, whatever the grouping and order of rules. Order does not matter where all rules of a
     * call have one action, and a rule without checks makes those with checks pointless.
     */
    private static Meaning meaning(LinuxSeccomp seccomp) {
        Map<String, Set<Treatment>> calls = new TreeMap<>();
        for (SyscallRule rule : seccomp.rules()) {
            for (String name : rule.names()) {
                boolean ours = ALL.stream()
                        .anyMatch(architecture -> SyscallTable.instance()
                                .number(name, architecture)
                                .isPresent());
                if (ours) {
                    calls.computeIfAbsent(name, n -> new HashSet<>())
                            .add(new Treatment(rule.action(), rule.arguments()));
                }
            }
        }
        for (Set<Treatment> treatments : calls.values()) {
            assertThat(treatments.stream().map(Treatment::action).distinct()).hasSize(1);
            if (treatments.stream().anyMatch(treatment -> treatment.checks.isEmpty())) {
                treatments.removeIf(treatment -> !treatment.checks.isEmpty());
            }
        }
        return new Meaning(seccomp.defaultAction(), Set.copyOf(seccomp.architectures()), seccomp.flags(), calls);
    }
}
