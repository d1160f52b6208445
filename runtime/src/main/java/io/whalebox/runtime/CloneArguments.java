package io.whalebox.runtime;

import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;

import io.whalebox.linux.Constant;
import io.whalebox.linux.ProcessConstants;
import java.util.Optional;

/**
 * {@code struct clone_args} of clone3(2): a child with these flags, which reports its end like any other child. A sibling
 * (CLONE_PARENT) reports it as its creator does, and the kernel wants to be told no other way.
 *
 * @param pidfd where the kernel puts a descriptor for the child
 * @param cgroup a descriptor of the group that the child is born in (cgroup v2)
 */
record CloneArguments(Constant flags, Optional<Argument.Cell> pidfd, Optional<Integer> cgroup) {

    static CloneArguments of(Constant flags) {
        return new CloneArguments(flags, Optional.empty(), Optional.empty());
    }

    Argument.Words words() {
        Constant all = flags;
        if (pidfd.isPresent()) {
            all = all.or(ProcessConstants.CLONE_PIDFD);
        }
        if (cgroup.isPresent()) {
            all = all.or(ProcessConstants.CLONE_INTO_CGROUP);
        }
        Argument descriptor = pidfd.isPresent() ? new Argument.Address(pidfd.get()) : number(0);
        boolean sibling = (all.value() & ProcessConstants.CLONE_PARENT.value()) != 0;
        Argument exitSignal = sibling ? number(0) : constant(ProcessConstants.SIGCHLD);
        String shown = "{flags=" + all.name() + (sibling ? "" : ", exit_signal=SIGCHLD")
                + pidfd.map(cell -> ", pidfd=" + new Argument.Address(cell).shown())
                        .orElse("")
                + cgroup.map(group -> ", cgroup=" + group).orElse("") + "}";
        return (Argument.Words) Argument.words(
                shown,
                constant(all),
                descriptor,
                number(0),
                number(0),
                exitSignal,
                number(0),
                number(0),
                number(0),
                number(0),
                number(0),
                number(cgroup.orElse(0)));
    }
}
