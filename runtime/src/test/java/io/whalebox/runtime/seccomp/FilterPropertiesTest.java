package io.whalebox.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.runtime.seccomp.ArgumentCheck.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the profile, the compiled filter answers as the profile reads. */
class FilterPropertiesTest {
    private static final List<Machine> MACHINES = List.of(
            new Machine(Architecture.X86_64, new KernelVersion(6, 1)),
            new Machine(Architecture.AARCH64, new KernelVersion(6, 1)));

    /** Calls with neighbours, with narrow arguments, of some architectures only, multiplexed, and unknown ones. */
    private static final List<String> CALLS = List.of(
            "read",
            "write",
            "open",
            "close",
            "socket",
            "socketcall",
            "bind",
            "accept",
            "ipc",
            "shmat",
            "personality",
            "mmap",
            "clone",
            "uselib",
            "execve",
            "readv",
            "set_tls",
            "arch_prctl",
            "openat2",
            "clone3",
            "listns",
            "frobnicate");

    /** Numbers around which comparisons change, in both halves. */
    private static final List<Long> VALUES = List.of(
            0L,
            1L,
            2L,
            5L,
            21L,
            0x7fffffffL,
            0x80000000L,
            0xffffffffL,
            0x100000000L,
            0x100000001L,
            0x7fffffffffffffffL,
            0x8000000000000000L,
            0xffffffff00000000L,
            -1L);

    @Property(tries = 200)
    void aFilterAnswersAsItsProfileReads(
            @ForAll("profiles") LinuxSeccomp seccomp, @ForAll("argumentLists") List<List<Long>> argumentLists) {
        for (Machine machine : MACHINES) {
            BpfMachine filter =
                    new BpfMachine(SeccompFilter.compile(seccomp, machine).bytes());
            PlainReading reading = new PlainReading(seccomp, machine);
            for (SeccompData call : calls(argumentLists)) {
                assertThat(filter.run(call))
                        .as("%s of %s on %s", call, seccomp, machine)
                        .isEqualTo(reading.of(call).returnValue());
            }
        }
    }

    @Provide
    Arbitrary<LinuxSeccomp> profiles() {
        return Combinators.combine(
                        actions(),
                        Arbitraries.of(Architecture.class)
                                .list()
                                .uniqueElements()
                                .ofMaxSize(5),
                        rules().list().ofMaxSize(12))
                .as((action, architectures, rules) ->
                        new LinuxSeccomp(action, withMachine(architectures), Set.of(), rules));
    }

    /** As a profile is resolved: the machine's own architecture is always among them. */
    private static List<Architecture> withMachine(List<Architecture> architectures) {
        List<Architecture> all = new ArrayList<>(architectures);
        for (Machine machine : MACHINES) {
            if (!all.contains(machine.architecture())) {
                all.add(machine.architecture());
            }
        }
        return all;
    }

    private static Arbitrary<SyscallRule> rules() {
        return Combinators.combine(
                        Arbitraries.of(CALLS).list().ofMinSize(1).ofMaxSize(4),
                        actions(),
                        checks().list().ofMaxSize(3))
                .as(SyscallRule::new);
    }

    private static Arbitrary<ArgumentCheck> checks() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of(Operator.class),
                        Arbitraries.of(VALUES),
                        Arbitraries.of(VALUES))
                .as(ArgumentCheck::new);
    }

    private static Arbitrary<Action> actions() {
        return Arbitraries.frequency(
                        Tuple.of(4, Action.Kind.ALLOW),
                        Tuple.of(4, Action.Kind.ERRNO),
                        Tuple.of(1, Action.Kind.LOG),
                        Tuple.of(1, Action.Kind.TRACE),
                        Tuple.of(1, Action.Kind.TRAP),
                        Tuple.of(1, Action.Kind.KILL_THREAD),
                        Tuple.of(1, Action.Kind.KILL_PROCESS))
                .flatMap(kind ->
                        Arbitraries.of(0, 1, 38, 4095).map(data -> new Action(kind, kind.takesData() ? data : 0)));
    }

    @Provide
    Arbitrary<List<List<Long>>> argumentLists() {
        return Arbitraries.of(VALUES).list().ofSize(3).list().ofSize(2);
    }

    private static List<SeccompData> calls(List<List<Long>> argumentLists) {
        List<SeccompData> calls = new ArrayList<>();
        for (Architecture architecture : Architecture.values()) {
            List<Integer> numbers = new ArrayList<>(List.of(0, 7, 468, 471, 1000, 0x3fffffff, 0x40000000, -1));
            for (String name : CALLS) {
                SyscallTable.instance().number(name, architecture).ifPresent(number -> {
                    numbers.add(number);
                    numbers.add(number + 1);
                });
            }
            for (int number : numbers) {
                for (List<Long> a : argumentLists) {
                    calls.add(SeccompData.of(number, architecture, a.get(0), a.get(1), a.get(2)));
                }
            }
        }
        return calls;
    }
}
