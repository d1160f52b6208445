package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.Spec.Filter;
import io.whalebox.runtime.seccomp.KeptFilters;
import io.whalebox.runtime.seccomp.Machine;
import io.whalebox.runtime.seccomp.SeccompFilter;
import io.whalebox.runtime.seccomp.SeccompProfile;
import java.util.List;
import java.util.Optional;

/** System call filters for containers. */
final class Filters {
    private Filters() {}

    /**
     * The filter that a choice comes to.
     *
     * @param capabilities what the container is to have, on which profiles depend
     */
    static Optional<Filter> filter(Seccomp choice, CapabilitySet capabilities) {
        if (choice instanceof Seccomp.Default) {
            return Optional.of(KeptFilters.find(capabilities)
                    .orElseGet(() -> compile(SeccompProfile.dockerDefault(), capabilities)));
        }
        return choice instanceof Seccomp.Unconfined
                ? Optional.empty()
                : Optional.of(compile(SeccompProfile.parse(((Seccomp.Profile) choice).json()), capabilities));
    }

    /** Compiles what most containers will need, and keeps it; worth a thread of its own in a program just begun. */
    static void prepare() {
        filter(
                new Seccomp.Default(),
                CapabilitySet.DEFAULT.within(CapabilitySet.bounding()).given());
    }

    /** A filter for a person to read. */
    static List<String> listing(Filter filter) {
        return SeccompFilter.listing(filter.bytes(), Machine.current());
    }

    private static Filter compile(SeccompProfile profile, CapabilitySet capabilities) {
        SeccompFilter filter = profile.filter(capabilities);
        return Filter.of(filter.bytes(), filter.flagBits());
    }
}
