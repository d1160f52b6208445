package io.whalebox.runtime.seccomp;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls that 32-bit x86 programs can also make through {@code socketcall} and {@code ipc}, whose first argument
 * names the call and whose second points to its arguments; see socketcall(2) and ipc(2). A rule for {@code bind} that
 * did not look there would be no rule at all.
 *
 * @param call {@code socketcall} or {@code ipc}
 * @param mask the bits of the first argument that name the call; {@code ipc} takes a version in the others
 * @param calls the number of each call: {@code linux/net.h}, {@code linux/ipc.h}
 */
record Multiplexer(String call, long mask, Map<String, Integer> calls) {
    private static final List<Multiplexer> ALL = List.of(
            new Multiplexer(
                    "socketcall",
                    0xffffffffL,
                    Map.ofEntries(
                            Map.entry("socket", 1),
                            Map.entry("bind", 2),
                            Map.entry("connect", 3),
                            Map.entry("listen", 4),
                            Map.entry("accept", 5),
                            Map.entry("getsockname", 6),
                            Map.entry("getpeername", 7),
                            Map.entry("socketpair", 8),
                            Map.entry("send", 9),
                            Map.entry("recv", 10),
                            Map.entry("sendto", 11),
                            Map.entry("recvfrom", 12),
                            Map.entry("shutdown", 13),
                            Map.entry("setsockopt", 14),
                            Map.entry("getsockopt", 15),
                            Map.entry("sendmsg", 16),
                            Map.entry("recvmsg", 17),
                            Map.entry("accept4", 18),
                            Map.entry("recvmmsg", 19),
                            Map.entry("sendmmsg", 20))),
            new Multiplexer(
                    "ipc",
                    0xffff,
                    Map.ofEntries(
                            Map.entry("semop", 1),
                            Map.entry("semget", 2),
                            Map.entry("semctl", 3),
                            Map.entry("semtimedop", 4),
                            Map.entry("msgsnd", 11),
                            Map.entry("msgrcv", 12),
                            Map.entry("msgget", 13),
                            Map.entry("msgctl", 14),
                            Map.entry("shmat", 21),
                            Map.entry("shmdt", 22),
                            Map.entry("shmget", 23),
                            Map.entry("shmctl", 24))));

    /** The one through which a call can be made too, on an architecture. */
    static Optional<Multiplexer> of(String name, Architecture architecture) {
        if (architecture == Architecture.X86) {
            for (Multiplexer multiplexer : ALL) {
                if (multiplexer.calls.containsKey(name)) {
                    return Optional.of(multiplexer);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The check that a multiplexed call is this one. Its arguments lie in memory, where a filter cannot look: a rule
     * that refuses some arguments must refuse the whole call here, and one that allows some must allow none.
     */
    Optional<Decision.Check> checkFor(String name, SyscallRule rule) {
        if (!rule.arguments().isEmpty() && rule.action().letsThrough()) {
            return Optional.empty();
        }
        int number = calls.getOrDefault(name, 0);
        ArgumentCheck check = new ArgumentCheck(0, ArgumentCheck.Operator.MASKED_EQ, mask, number);
        return Optional.of(new Decision.Check(check, true));
    }
}
