package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.Seccomp;
import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.Spec.Filter;
import io.whalebox.runtime.seccomp.Machine;
import io.whalebox.runtime.seccomp.SeccompFilter;
import io.whalebox.runtime.seccomp.SeccompProfile;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** System call filters for containers; those of the default profile are compiled once for each set of capabilities. */
final class Filters {
    private final Machine machine = Machine.current();
    private final Map<CapabilitySet, Filter> defaults = new ConcurrentHashMap<>();

    Optional<Filter> filter(Seccomp choice, CapabilitySet capabilities) {
        return switch (choice) {
            case Seccomp.Default _ ->
                Optional.of(defaults.computeIfAbsent(
                        capabilities, given -> compile(SeccompProfile.dockerDefault(), given)));
            case Seccomp.Unconfined _ -> Optional.empty();
            case Seccomp.Profile profile -> Optional.of(compile(SeccompProfile.read(profile.file()), capabilities));
        };
    }

    private Filter compile(SeccompProfile profile, CapabilitySet capabilities) {
        SeccompFilter filter = SeccompFilter.compile(profile.resolve(capabilities, machine), machine);
        return Filter.of(filter.bytes(), filter.flagBits());
    }
}
