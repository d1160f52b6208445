package io.whalebox.runtime.seccomp;

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
record Condition(CapabilitySet capabilities, List<String> architectures, Optional<KernelVersion> minKernel) {
    static final Condition NONE = new Condition(CapabilitySet.NONE, List.of(), Optional.empty());

    Condition {
        architectures = List.copyOf(architectures);
    }

    /** Whether a rule with this as its {@code includes} counts. */
    boolean includes(CapabilitySet given, Machine machine) {
        return given.containsAll(capabilities)
                && (architectures.isEmpty() || names(machine))
                && (minKernel.isEmpty() || machine.kernel().isAtLeast(minKernel.get()));
    }

    /** Whether a rule with this as its {@code excludes} does not count. */
    boolean excludes(CapabilitySet given, Machine machine) {
        return given.containsAny(capabilities)
                || names(machine)
                || (minKernel.isPresent() && machine.kernel().isAtLeast(minKernel.get()));
    }

    private boolean names(Machine machine) {
        return architectures.contains(machine.architecture().dockerName());
    }
}
