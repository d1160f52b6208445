package io.whalebox.runtime.seccomp;

import io.whalebox.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What is done with every possible call number of one architecture, as ranges of numbers that are treated alike.
 *
 * <p>Numbers above the newest call that the profile names get ENOSYS, not the default action, unless that lets calls
 * through anyway. A program that tries a call from after the profile's time must learn that it is not there, as on an
 * older kernel, and fall back; EPERM makes the C library give up. This is the rule that runc has introduced.
 */
final class DecisionTable {
    /** From here, arm has calls of its own, which say nothing about how new a profile is. */
    private static final int ARM_PRIVATE = 0xf0000;

    private static final Decision NOT_THERE = Decision.always(Action.errno(Errno.ENOSYS));

    private final LinuxSeccomp seccomp;
    private final Architecture architecture;
    private final SyscallTable syscalls = SyscallTable.instance();
    private final Map<Integer, Decision.Builder> builders = new TreeMap<>();
    private final List<Range> ranges = new ArrayList<>();
    private OptionalInt newest = OptionalInt.empty();

    /** Numbers from {@code first} up to the next range. */
    record Range(int first, Decision decision) {}

    private DecisionTable(LinuxSeccomp seccomp, Architecture architecture) {
        this.seccomp = seccomp;
        this.architecture = architecture;
    }

    /** The ranges in ascending order, without a gap, from 0 (x32: from its bit) to the greatest number. */
    static List<Range> of(LinuxSeccomp seccomp, Architecture architecture) {
        DecisionTable table = new DecisionTable(seccomp, architecture);
        seccomp.rules().forEach(table::add);
        return table.toRanges();
    }

    private void add(SyscallRule rule) {
        for (String name : rule.names()) {
            OptionalInt number = syscalls.number(name, architecture);
            number.ifPresent(this::note);
            if (rule.action().equals(seccomp.defaultAction())) {
                continue;
            }
            if (number.isPresent()) {
                add(number.getAsInt(), name, rule);
            }
            Optional<Multiplexer> multiplexer = Multiplexer.of(name, architecture);
            if (multiplexer.isPresent()) {
                addMultiplexed(multiplexer.get(), name, rule);
            }
        }
    }

    private void addMultiplexed(Multiplexer multiplexer, String name, SyscallRule rule) {
        int number = syscalls.number(multiplexer.call(), architecture).orElseThrow();
        multiplexer.checkFor(name, rule).ifPresent(check -> builder(number).add(List.of(check), rule.action()));
    }

    /** A call that the profile names is known to it, so that it is never answered with ENOSYS on its own account. */
    private void note(int number) {
        builder(number);
        if (architecture != Architecture.ARM || number < ARM_PRIVATE) {
            newest = OptionalInt.of(Math.max(number, newest.orElse(0)));
        }
    }

    private void add(int number, String name, SyscallRule rule) {
        List<Decision.Check> checks = new ArrayList<>();
        int seen = 0;
        boolean repeated = false;
        for (ArgumentCheck check : rule.arguments()) {
            repeated |= (seen & 1 << check.index()) != 0;
            seen |= 1 << check.index();
            checks.add(new Decision.Check(check, syscalls.isNarrow(name, check.index(), architecture)));
        }
        if (repeated) {
            // As SyscallRule says: each stands for itself.
            checks.forEach(check -> builder(number).add(List.of(check), rule.action()));
        } else {
            builder(number).add(checks, rule.action());
        }
    }

    private Decision.Builder builder(int number) {
        return builders.computeIfAbsent(number, n -> new Decision.Builder());
    }

    private List<Range> toRanges() {
        // No number that a table holds reaches the sign bit, so signed comparisons will do for them.
        int next = architecture == Architecture.X32 ? SyscallTable.X32_BIT : 0;
        for (Map.Entry<Integer, Decision.Builder> entry : builders.entrySet()) {
            int number = entry.getKey();
            if (next < number) {
                fill(next, number);
            }
            put(number, entry.getValue().build(seccomp.defaultAction()));
            next = number + 1;
        }
        fill(next, Integer.MAX_VALUE);
        return List.copyOf(ranges);
    }

    /** Fills a gap between rules: with the default action as far as the profile knows calls, and then with ENOSYS. */
    private void fill(int from, int to) {
        Decision byDefault = Decision.always(seccomp.defaultAction());
        if (newest.isEmpty() || isPermissive(seccomp.defaultAction())) {
            put(from, byDefault);
            return;
        }
        int beyond = newest.getAsInt() + 1;
        if (from < beyond) {
            put(from, byDefault);
        }
        if (beyond < to) {
            put(Math.max(from, beyond), NOT_THERE);
        }
    }

    /** A tracer is expected to know for itself what to do about new calls. */
    private static boolean isPermissive(Action action) {
        return switch (action.kind()) {
            case ALLOW, LOG, TRACE -> true;
            case ERRNO, TRAP, KILL_THREAD, KILL_PROCESS -> false;
        };
    }

    private void put(int first, Decision decision) {
        if (ranges.isEmpty() || !ranges.getLast().decision().isSurely(decision)) {
            ranges.add(new Range(first, decision));
        }
    }
}
