package io.whalebox.runtime.seccomp;

import java.util.List;

/**
 * What happens to some system calls.
 *
 * @param names the calls; names that no table has are ignored, since profiles may be newer than Whalebox
 * @param action what is done
 * @param arguments checks that must all hold; none: the rule always applies. Where two of them look at the same
 *     argument, each stands for itself and one that holds is enough, which is how runc has always read such rules.
 */
public record SyscallRule(List<String> names, Action action, List<ArgumentCheck> arguments) {
    public SyscallRule {
        names = List.copyOf(names);
        arguments = List.copyOf(arguments);
    }
}
