package io.whalebox.runtime.seccomp;

import java.util.List;
import java.util.Set;

/**
 * What the system calls of one container are answered with: {@code linux.seccomp} of the OCI runtime specification.
 *
 * <p>For one call on one architecture, the first rule without argument checks decides. Only without such a rule, the
 * first rule whose checks hold decides, and at last the default action. Rules that do nothing but repeat the default
 * action count as if they were not there. (libseccomp and runc decide so too, wherever they are definite.)
 *
 * @param defaultAction for calls without a rule
 * @param architectures the call numbers that are accepted beside the machine's own; a call by others ends the thread
 * @param flags how the filter is installed
 * @param rules in order
 */
public record LinuxSeccomp(
        Action defaultAction, List<Architecture> architectures, Set<FilterFlag> flags, List<SyscallRule> rules) {

    /** What runc uses where a specification does not say: without it, every filtered process becomes slower. */
    static final Set<FilterFlag> DEFAULT_FLAGS = Set.of(FilterFlag.SPEC_ALLOW);

    public LinuxSeccomp {
        architectures = List.copyOf(architectures);
        flags = Set.copyOf(flags);
        rules = List.copyOf(rules);
    }
}
