package io.whalebox.runtime.seccomp;

import io.whalebox.runtime.Capability;
import io.whalebox.runtime.CapabilitySet;
import java.util.List;
import java.util.Optional;

/**
 * When a rule of a profile counts: {@code includes} and {@code excludes} of Docker's format. The same members are read
 * differently in the two places, as Docker reads them.
 *
 * @param capabilities for an inclusion the container must have all of them, for an exclusion one is enough
 * @param architectures Docker's names of machines, of which the machine must be one; may be foreign ones
 * @param minKernel the oldest kernel
 */
record Condition(List<Capability> capabilities, List<String> architectures, Optional<KernelVersion> minKernel) {
    static final Condition NONE = new Condition(List.of(), List.of(), Optional.empty());

    Condition {
        capabilities = List.copyOf(capabilities);
        architectures = List.copyOf(architectures);
    }

    /** Whether a rule with this as its {@code includes} counts. */
    boolean includes(CapabilitySet given, Machine machine) {
        return given.containsAll(CapabilitySet.of(capabilities))
                && (architectures.isEmpty() || names(machine))
                && minKernel.map(machine.kernel()::isAtLeast).orElse(true);
    }

    /** Whether a rule with this as its {@code excludes} does not count. */
    boolean excludes(CapabilitySet given, Machine machine) {
        return capabilities.stream().anyMatch(given::contains)
                || names(machine)
                || minKernel.map(machine.kernel()::isAtLeast).orElse(false);
    }

    private boolean names(Machine machine) {
        return architectures.contains(machine.architecture().dockerName());
    }
}
