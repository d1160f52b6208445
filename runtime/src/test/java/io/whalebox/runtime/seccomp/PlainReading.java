package io.whalebox.runtime.seccomp;

import io.whalebox.linux.Errno;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What the documentation of {@link LinuxSeccomp} says about a call, read rule by rule without any cleverness: what a
 * compiled filter is compared with.
 */
final class PlainReading {
    private static final Action ENOSYS = Action.errno(Errno.ENOSYS);

    private static final Map<Architecture, Map<Integer, Set<String>>> NAMES = new ConcurrentHashMap<>();

    private final LinuxSeccomp seccomp;
    private final Machine machine;
    private final Map<Architecture, OptionalInt> newest = new EnumMap<>(Architecture.class);

    PlainReading(LinuxSeccomp seccomp, Machine machine) {
        this.seccomp = seccomp;
        this.machine = machine;
    }

    Action of(SeccompData call) {
        Optional<Architecture> known = architecture(call);
        if (known.isEmpty()) {
            return Action.KILL_THREAD;
        }
        Architecture architecture = known.get();
        boolean skipped = architecture == Architecture.X32 && call.number() == -1;
        if (!seccomp.architectures().contains(architecture) && architecture != machine.architecture()) {
            return skipped ? unnamed(call.number(), machine.architecture()) : Action.KILL_THREAD;
        }
        List<SyscallRule> rules = seccomp.rules().stream()
                .filter(rule -> !rule.action().equals(seccomp.defaultAction()))
                .toList();
        Set<String> names = names(call.number(), architecture);
        for (SyscallRule rule : rules) {
            if (rule.arguments().isEmpty() && rule.names().stream().anyMatch(names::contains)) {
                return rule.action();
            }
        }
        for (SyscallRule rule : rules) {
            for (String name : rule.names()) {
                if (names.contains(name) && holds(rule, name, call, architecture)) {
                    return rule.action();
                }
                if (isMultiplexed(name, call, names) && multiplexedHolds(rule)) {
                    return rule.action();
                }
            }
        }
        boolean named =
                seccomp.rules().stream().anyMatch(rule -> rule.names().stream().anyMatch(names::contains));
        // What carries a call that is named is there, and so are the others that it carries.
        boolean carries = rules.stream()
                .filter(PlainReading::multiplexedHolds)
                .anyMatch(rule -> rule.names().stream()
                        .anyMatch(name -> carried(name, names).isPresent()));
        return named || carries ? seccomp.defaultAction() : unnamed(call.number(), architecture);
    }

    private Optional<Architecture> architecture(SeccompData call) {
        boolean x86 = machine.architecture() == Architecture.X86_64;
        return switch (call.auditNumber()) {
            case 0xc000003e ->
                x86
                        ? Optional.of(
                                (call.number() & 0x40000000) != 0 || call.number() < 0
                                        ? Architecture.X32
                                        : Architecture.X86_64)
                        : Optional.empty();
            case 0x40000003 -> x86 ? Optional.of(Architecture.X86) : Optional.empty();
            case 0xc00000b7 -> x86 ? Optional.empty() : Optional.of(Architecture.AARCH64);
            case 0x40000028 -> x86 ? Optional.empty() : Optional.of(Architecture.ARM);
            default -> Optional.empty();
        };
    }

    private static Set<String> names(int number, Architecture architecture) {
        return NAMES.computeIfAbsent(architecture, PlainReading::namesByNumber).getOrDefault(number, Set.of());
    }

    private static Map<Integer, Set<String>> namesByNumber(Architecture architecture) {
        SyscallTable table = SyscallTable.instance();
        return table.names(architecture).stream()
                .collect(Collectors.groupingBy(
                        name -> table.number(name, architecture).orElseThrow(), Collectors.toSet()));
    }

    /** Whether a number is not newer than all that the profile speaks of. */
    private boolean isKnown(int number, Architecture architecture) {
        OptionalInt last = newest.computeIfAbsent(architecture, this::newest);
        return last.isEmpty() || Integer.compareUnsigned(number, last.getAsInt()) <= 0;
    }

    private OptionalInt newest(Architecture architecture) {
        return seccomp.rules().stream()
                .flatMap(rule -> rule.names().stream())
                .map(name -> SyscallTable.instance().number(name, architecture))
                .flatMapToInt(OptionalInt::stream)
                .filter(number -> architecture != Architecture.ARM || number < 0xf0000)
                .max();
    }

    private Action unnamed(int number, Architecture architecture) {
        boolean permissive = Set.of(Action.Kind.ALLOW, Action.Kind.LOG, Action.Kind.TRACE)
                .contains(seccomp.defaultAction().kind());
        return permissive || isKnown(number, architecture) ? seccomp.defaultAction() : ENOSYS;
    }

    private static boolean holds(SyscallRule rule, String name, SeccompData call, Architecture architecture) {
        List<Boolean> checks = new ArrayList<>();
        for (ArgumentCheck check : rule.arguments()) {
            boolean narrow = SyscallTable.instance().isNarrow(name, check.index(), architecture);
            checks.add(holds(check, call.arguments().get(check.index()), narrow));
        }
        long different =
                rule.arguments().stream().map(ArgumentCheck::index).distinct().count();
        return different < checks.size() ? checks.contains(true) : !checks.contains(false);
    }

    private static boolean holds(ArgumentCheck check, long argument, boolean narrow) {
        BigInteger left = unsigned(argument, narrow);
        BigInteger right = unsigned(check.value(), narrow);
        int order = Comparator.<BigInteger>naturalOrder().compare(left, right);
        return switch (check.operator()) {
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case EQ -> order == 0;
            case GE -> order >= 0;
            case GT -> order > 0;
            case MASKED_EQ ->
                left.and(right).equals(unsigned(check.valueTwo(), narrow).and(right));
        };
    }

    private static BigInteger unsigned(long value, boolean narrow) {
        return new BigInteger(Long.toUnsignedString(narrow ? value & 0xffffffffL : value));
    }

    /** A few of the numbers of socketcall(2) and ipc(2): enough to hold the compiler to the idea. */
    private static Optional<Integer> carried(String name, Set<String> names) {
        Map<String, Integer> socketCalls =
                Map.of("socket", 1, "bind", 2, "connect", 3, "accept", 5, "send", 9, "accept4", 18);
        Map<String, Integer> ipcCalls = Map.of("semop", 1, "msgget", 13, "shmat", 21, "shmctl", 24);
        return names.contains("socketcall")
                ? Optional.ofNullable(socketCalls.get(name))
                : names.contains("ipc") ? Optional.ofNullable(ipcCalls.get(name)) : Optional.empty();
    }

    private static boolean isMultiplexed(String name, SeccompData call, Set<String> names) {
        long mask = names.contains("ipc") ? 0xffff : 0xffffffffL;
        return carried(name, names)
                .filter(number -> number == (call.arguments().getFirst() & mask))
                .isPresent();
    }

    private static boolean multiplexedHolds(SyscallRule rule) {
        boolean lets =
                rule.action().kind() == Action.Kind.ALLOW || rule.action().kind() == Action.Kind.LOG;
        return rule.arguments().isEmpty() || !lets;
    }
}
