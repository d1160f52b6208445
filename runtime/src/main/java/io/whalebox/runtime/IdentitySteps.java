package io.whalebox.runtime;

import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.words;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ProcessConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Spec.Filter;
import io.whalebox.runtime.Spec.Program;
import io.whalebox.runtime.Spec.Rlimit;
import io.whalebox.runtime.Spec.User;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who the program runs as, and what it may still do: the last things to change before it starts. */
final class IdentitySteps {
    private static final int CAPABILITY_VERSION_3 = 0x20080522;

    private IdentitySteps() {}

    /**
     * Gives up what the program is not to have, in the one order that works: limits while they may be raised, the
     * bounding set while it may be changed, the filter while that needs no other right, then the user.
     */
    static void become(PlanBuilder plan, Program program, Optional<Filter> filter) {
        program.rlimits().forEach(limit -> limit(plan, limit));
        newKeyring(plan);
        dropBoundingSet(plan, program.capabilities());
        if (!program.noNewPrivileges()) {
            // Without no_new_privs only CAP_SYS_ADMIN may install a filter, and it is about to go.
            filter.ifPresent(it -> install(plan, it));
        }
        user(plan, program.user());
        capabilities(plan, program.capabilities());
        if (program.noNewPrivileges()) {
            plan.call(
                    "promise to gain no privileges",
                    Syscall.PRCTL,
                    constant(ProcessConstants.PR_SET_NO_NEW_PRIVS),
                    number(1),
                    number(0),
                    number(0),
                    number(0));
            filter.ifPresent(it -> install(plan, it));
        }
        dieWithParent(plan);
    }

    /** Dies with its parent; asked again after each change of user, which makes the kernel forget it (prctl(2)). */
    static void dieWithParent(PlanBuilder plan) {
        plan.call(
                "die when the parent dies",
                Syscall.PRCTL,
                constant(ProcessConstants.PR_SET_PDEATHSIG),
                constant(ProcessConstants.SIGKILL));
    }

    private static void limit(PlanBuilder plan, Rlimit limit) {
        plan.call(
                "limit " + limit.type() + " to " + limit.soft() + ":" + limit.hard(),
                Syscall.PRLIMIT64,
                number(0),
                new Argument.Immediate(limit.type().number(), "RLIMIT_" + limit.type()),
                words("{" + limit.soft() + ", " + limit.hard() + "}", number(limit.soft()), number(limit.hard())),
                number(0));
    }

    /** The engine's keys are none of the container's business. */
    private static void newKeyring(PlanBuilder plan) {
        plan.call(
                        "leave the session's keyring behind",
                        Syscall.KEYCTL,
                        constant(ProcessConstants.KEYCTL_JOIN_SESSION_KEYRING),
                        number(0))
                // A kernel without keys, a filter around the engine, or the user's quota of keys: none is in use then.
                .tolerate(Errno.ENOSYS, Errno.EPERM, Errno.EDQUOT);
    }

    private static void dropBoundingSet(PlanBuilder plan, CapabilitySet kept) {
        for (Capability capability : CapabilitySet.ALL.without(kept).capabilities()) {
            plan.call(
                            "give up " + capability + " for good",
                            Syscall.PRCTL,
                            constant(ProcessConstants.PR_CAPBSET_DROP),
                            number(capability.number()),
                            number(0),
                            number(0),
                            number(0))
                    // A capability that this kernel does not have yet.
                    .tolerate(Errno.EINVAL);
        }
    }

    private static void user(PlanBuilder plan, User user) {
        plan.call(
                "keep capabilities through the change of user",
                Syscall.PRCTL,
                constant(ProcessConstants.PR_SET_KEEPCAPS),
                number(1),
                number(0),
                number(0),
                number(0));
        String groups = user.groups().stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
        plan.call(
                "join groups " + groups,
                Syscall.SETGROUPS,
                number(user.groups().size()),
                Argument.ints(
                        groups,
                        user.groups().stream().mapToInt(Integer::intValue).toArray()));
        plan.call(
                "become group " + user.gid(),
                Syscall.SETRESGID,
                number(user.gid()),
                number(user.gid()),
                number(user.gid()));
        plan.call(
                "become user " + user.uid(),
                Syscall.SETRESUID,
                number(user.uid()),
                number(user.uid()),
                number(user.uid()));
    }

    /**
     * Permitted and effective as asked, inheritable and ambient empty (CVE-2022-29162): a program of another user than
     * root then has none, as execve(2) computes it.
     */
    private static void capabilities(PlanBuilder plan, CapabilitySet set) {
        int low = (int) set.mask();
        int high = (int) (set.mask() >>> 32);
        plan.call(
                "keep only " + set,
                Syscall.CAPSET,
                Argument.ints("{version 3}", CAPABILITY_VERSION_3, 0),
                Argument.ints("{" + set + "}", low, low, 0, high, high, 0));
    }

    private static void install(PlanBuilder plan, Filter filter) {
        Argument program = new Argument.Blob(filter.program(), "[" + filter.instructions() + " instructions]");
        plan.call(
                "refuse system calls that the profile refuses",
                Syscall.SECCOMP,
                constant(ProcessConstants.SECCOMP_SET_MODE_FILTER),
                number(filter.flags()),
                words("{" + filter.instructions() + ", filter}", number(filter.instructions()), program));
    }
}
