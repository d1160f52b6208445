package io.whalebox.runtime.seccomp;

import static io.whalebox.runtime.seccomp.Architecture.AARCH64;
import static io.whalebox.runtime.seccomp.Architecture.ARM;
import static io.whalebox.runtime.seccomp.Architecture.X32;
import static io.whalebox.runtime.seccomp.Architecture.X86;
import static io.whalebox.runtime.seccomp.Architecture.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.Errno;
import io.whalebox.runtime.Capability;
import io.whalebox.runtime.CapabilitySet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the default profile's filter does with calls, seen through the machine that runs it. */
class CompiledFilterTest {
    private static final Machine INTEL = new Machine(X86_64, new KernelVersion(6, 18));
    private static final Machine ARM64 = new Machine(AARCH64, new KernelVersion(6, 18));
    private static final CapabilitySet DEFAULT = CapabilitySet.DEFAULT;

    private static final Action ALLOW = Action.ALLOW;
    private static final Action EPERM = Action.errno(Errno.EPERM);
    private static final Action ENOSYS = Action.errno(Errno.ENOSYS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount",
                "umount2",
                "unshare",
                "setns",
                "pivot_root",
                "keyctl",
                "add_key",
                "request_key",
                "bpf",
                "kexec_load",
                "kexec_file_load",
                "init_module",
                "finit_module",
                "delete_module",
                "perf_event_open",
                "userfaultfd",
                "io_uring_setup",
                "open_by_handle_at",
                "reboot",
                "swapon",
                "swapoff",
                "settimeofday",
                "clock_settime",
                "iopl",
                "ioperm",
                "acct",
                "quotactl",
                "fsopen",
                "open_tree",
                "move_mount",
                "mount_setattr",
                "kcmp",
                "process_madvise",
                "mbind",
                "vhangup",
                "syslog",
                "sethostname",
            })
    void whatReachesTheMachineIsRefused(String call) {
        assertThat(answer(INTEL, DEFAULT, SeccompData.call(call, X86_64))).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mount", "umount2", "unshare", "setns", "bpf", "perf_event_open", "fsopen", "clone3", "syslog"})
    void anAdministratorsCallsComeWithSysAdmin(String call) {
        CapabilitySet admin = DEFAULT.with(CapabilitySet.of(Capability.SYS_ADMIN));

        assertThat(answer(INTEL, admin, SeccompData.call(call, X86_64))).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keyctl", "add_key", "kexec_load", "io_uring_setup", "userfaultfd", "pivot_root", "swapon"})
    void someCallsComeWithNoCapabilityAtAll(String call) {
        assertThat(answer(INTEL, CapabilitySet.ALL, SeccompData.call(call, X86_64)))
                .isEqualTo(EPERM);
    }

    @ParameterizedTest
    @CsvSource({
        "DAC_READ_SEARCH,open_by_handle_at",
        "SYS_BOOT,reboot",
        "SYS_CHROOT,chroot",
        "SYS_MODULE,finit_module",
        "SYS_PACCT,acct",
        "SYS_PTRACE,kcmp",
        "SYS_RAWIO,iopl",
        "SYS_TIME,clock_settime",
        "SYS_TTY_CONFIG,vhangup",
        "SYS_NICE,mbind",
        "SYSLOG,syslog",
        "BPF,bpf",
        "PERFMON,perf_event_open",
    })
    void aCapabilityOpensItsCallsAndNoOtherDoes(Capability capability, String call) {
        CapabilitySet alone = CapabilitySet.of(capability);
        CapabilitySet others = CapabilitySet.ALL.without(alone).without(CapabilitySet.of(Capability.SYS_ADMIN));

        assertThat(answer(INTEL, alone, SeccompData.call(call, X86_64))).isEqualTo(ALLOW);
        assertThat(answer(INTEL, others, SeccompData.call(call, X86_64))).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x7e020000})
    void cloneMakesNoNamespaces(long newNamespace) {
        long sigchld = 17;

        assertThat(answer(INTEL, DEFAULT, SeccompData.call("clone", X86_64, newNamespace | sigchld)))
                .isEqualTo(EPERM);
        assertThat(answer(INTEL, DEFAULT, SeccompData.call("clone", X86, newNamespace | sigchld)))
                .isEqualTo(EPERM);
        assertThat(answer(ARM64, DEFAULT, SeccompData.call("clone", AARCH64, newNamespace | sigchld)))
                .isEqualTo(EPERM);
        CapabilitySet admin = CapabilitySet.of(Capability.SYS_ADMIN);
        assertThat(answer(INTEL, admin, SeccompData.call("clone", X86_64, newNamespace)))
                .isEqualTo(ALLOW);
    }

    @Test
    void cloneMakesProcessesAndThreads() {
        long sigchld = 17;
        long threadFlags = 0x3d0f00;

        assertThat(answer(INTEL, DEFAULT, SeccompData.call("clone", X86_64, sigchld)))
                .isEqualTo(ALLOW);
        assertThat(answer(INTEL, DEFAULT, SeccompData.call("clone", X86_64, threadFlags)))
                .isEqualTo(ALLOW);
    }

    @Test
    void clone3SaysThatItIsNotThere() {
        assertThat(answer(INTEL, DEFAULT, SeccompData.call("clone3", X86_64))).isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @CsvSource({"0x0,true", "0x8,true", "0x20000,true", "0x20008,true", "0xffffffff,true", "0x40000,false", "0x1,false"
    })
    void personalitiesAreThoseOfLinux(String persona, boolean allowed) {
        long value = Long.decode(persona);

        for (Architecture architecture : List.of(X86_64, X86, X32)) {
            assertThat(answer(INTEL, DEFAULT, SeccompData.call("personality", architecture, value)))
                    .isEqualTo(allowed ? ALLOW : EPERM);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,true", "2,true", "10,true", "16,true", "37,true", "38,false", "39,true", "40,false", "41,true"})
    void socketsAreOfAllFamiliesButTheHypervisorsAndTheCryptography(long family, boolean allowed) {
        assertThat(answer(INTEL, DEFAULT, SeccompData.call("socket", X86_64, family, 1)))
                .isEqualTo(allowed ? ALLOW : EPERM);
    }

    @Test
    void theUpperHalfOfARegisterDoesNotHideAFamily() {
        // The kernel takes an int and sees AF_VSOCK, whatever lies above it.
        assertThat(answer(INTEL, DEFAULT, SeccompData.call("socket", X86_64, 0x1_0000_0028L, 1)))
                .isEqualTo(EPERM);
    }

    @Test
    void callsOfTheFutureAreNotThere() {
        for (Architecture architecture : List.of(X86_64, X86, X32)) {
            int beyond = architecture == X32 ? 0x40000000 | 600 : 600;
            assertThat(answer(INTEL, DEFAULT, SeccompData.of(beyond, architecture)))
                    .isEqualTo(ENOSYS);
        }
        int lastOfProfile =
                SyscallTable.instance().number("removexattrat", X86_64).orElseThrow();
        assertThat(answer(INTEL, DEFAULT, SeccompData.of(lastOfProfile, X86_64)))
                .isEqualTo(ALLOW);
        assertThat(answer(INTEL, DEFAULT, SeccompData.of(lastOfProfile + 1, X86_64)))
                .isEqualTo(ENOSYS);
        assertThat(answer(INTEL, DEFAULT, SeccompData.of(-1, X86_64))).isEqualTo(ENOSYS);
    }

    @Test
    void armsOwnCallsDoNotMakeAProfileNew() {
        assertThat(answer(ARM64, DEFAULT, SeccompData.call("set_tls", ARM))).isEqualTo(ALLOW);
        assertThat(answer(ARM64, DEFAULT, SeccompData.of(600, ARM))).isEqualTo(ENOSYS);
    }

    @Test
    void callsOfAnUnknownArchitectureEndTheThread() {
        int s390x = 0x80000016;

        assertThat(answer(INTEL, DEFAULT, new SeccompData(0, s390x, List.of(0L, 0L, 0L, 0L, 0L, 0L))))
                .isEqualTo(Action.KILL_THREAD);
        assertThat(answer(INTEL, DEFAULT, SeccompData.of(0, AARCH64))).isEqualTo(Action.KILL_THREAD);
    }

    @Test
    void withoutX32InTheProfileItsCallsEndTheThread() {
        LinuxSeccomp only64 = new LinuxSeccomp(EPERM, List.of(X86_64), LinuxSeccomp.DEFAULT_FLAGS, List.of());

        assertThat(answer(only64, INTEL, SeccompData.of(0x40000000, X32))).isEqualTo(Action.KILL_THREAD);
        assertThat(answer(only64, INTEL, SeccompData.of(0, X86))).isEqualTo(Action.KILL_THREAD);
        assertThat(answer(only64, INTEL, SeccompData.of(0, X86_64))).isEqualTo(EPERM);
    }

    @Test
    void thirtyTwoBitProgramsCannotGoAroundARuleThroughSocketcall() {
        LinuxSeccomp noSockets = new LinuxSeccomp(
                ALLOW,
                List.of(X86_64, X86),
                LinuxSeccomp.DEFAULT_FLAGS,
                List.of(
                        new SyscallRule(
                                List.of("socket"),
                                EPERM,
                                List.of(new ArgumentCheck(0, ArgumentCheck.Operator.EQ, 40, 0))),
                        new SyscallRule(List.of("shmat"), EPERM, List.of())));

        assertThat(answer(noSockets, INTEL, SeccompData.call("socketcall", X86, 1)))
                .isEqualTo(EPERM);
        assertThat(answer(noSockets, INTEL, SeccompData.call("socketcall", X86, 2)))
                .isEqualTo(ALLOW);
        assertThat(answer(noSockets, INTEL, SeccompData.call("ipc", X86, 21))).isEqualTo(EPERM);
        assertThat(answer(noSockets, INTEL, SeccompData.call("ipc", X86, 0x10000 | 21)))
                .isEqualTo(EPERM);
        assertThat(answer(noSockets, INTEL, SeccompData.call("ipc", X86, 22))).isEqualTo(ALLOW);
    }

    static List<CapabilitySet> capabilitySets() {
        return List.of(
                CapabilitySet.NONE,
                DEFAULT,
                CapabilitySet.of(Capability.SYS_ADMIN),
                CapabilitySet.of(Capability.SYS_PTRACE, Capability.BPF),
                CapabilitySet.ALL);
    }

    @ParameterizedTest
    @MethodSource("capabilitySets")
    void everyNumberOfEveryArchitectureIsAnsweredAsTheProfileReads(CapabilitySet capabilities) {
        for (Machine machine : List.of(INTEL, ARM64)) {
            LinuxSeccomp seccomp = SeccompProfile.dockerDefault().resolve(capabilities, machine);
            PlainReading reading = new PlainReading(seccomp, machine);
            BpfMachine filter =
                    new BpfMachine(SeccompFilter.compile(seccomp, machine).bytes());
            for (Architecture architecture : Architecture.values()) {
                for (int number : numbers(architecture)) {
                    SeccompData call = SeccompData.of(number, architecture, 40, 0x10000000, -1L, 0, 8, 1);
                    assertThat(filter.run(call))
                            .as("%s on %s", call, machine)
                            .isEqualTo(reading.of(call).returnValue());
                }
            }
        }
    }

    private static int[] numbers(Architecture architecture) {
        int base = architecture == X32 ? 0x40000000 : 0;
        return IntStream.concat(
                        IntStream.range(0, 640).map(number -> number | base),
                        IntStream.of(0xf0000, 0xf0001, 0xf0002, 0xf0005, 0xf0006, 0x3fffffff, 0x7fffffff, -1, -2))
                .toArray();
    }

    @Test
    void aCommonCallTakesAboutTenInstructions() {
        BpfMachine filter = machine(INTEL, DEFAULT);
        List<Integer> steps = new ArrayList<>();
        for (String name :
                List.of("read", "write", "openat", "close", "mmap", "futex", "epoll_wait", "clock_gettime")) {
            filter.run(SeccompData.call(name, X86_64));
            steps.add(filter.steps());
        }

        assertThat(steps).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(12));
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"X86_64", "AARCH64"})
    void theSameRulesGiveTheSameBytes(Architecture architecture) {
        Machine machine = new Machine(architecture, new KernelVersion(6, 1));
        LinuxSeccomp once = SeccompProfile.dockerDefault().resolve(DEFAULT, machine);
        LinuxSeccomp again = ProfileText.dockerDefault().resolve(DEFAULT, machine);

        assertThat(FilterCompiler.compile(once, machine)).isEqualTo(FilterCompiler.compile(again, machine));
    }

    @Test
    void containersThatDifferInNothingThatMattersShareAFilter() {
        SeccompProfile profile = SeccompProfile.dockerDefault();
        CapabilitySet alsoNetAdmin = DEFAULT.with(CapabilitySet.of(Capability.NET_ADMIN));
        CapabilitySet alsoSysAdmin = DEFAULT.with(CapabilitySet.of(Capability.SYS_ADMIN));

        assertThat(profile.filter(alsoNetAdmin)).isSameAs(profile.filter(DEFAULT));
        assertThat(profile.filter(alsoSysAdmin).bytes())
                .isNotEqualTo(profile.filter(DEFAULT).bytes());
    }

    @Test
    void theFilterIsInstalledWithoutTheCostOfSpeculationDefences() {
        assertThat(SeccompFilter.compile(SeccompProfile.dockerDefault().resolve(DEFAULT, INTEL), INTEL)
                        .flagBits())
                .isEqualTo(4);
    }

    private static Action answer(Machine machine, CapabilitySet capabilities, SeccompData call) {
        return Action.ofReturnValue(machine(machine, capabilities).run(call)).orElseThrow();
    }

    private static Action answer(LinuxSeccomp seccomp, Machine machine, SeccompData call) {
        BpfMachine filter =
                new BpfMachine(SeccompFilter.compile(seccomp, machine).bytes());
        return Action.ofReturnValue(filter.run(call)).orElseThrow();
    }

    private static BpfMachine machine(Machine machine, CapabilitySet capabilities) {
        LinuxSeccomp seccomp = SeccompProfile.dockerDefault().resolve(capabilities, machine);
        return new BpfMachine(SeccompFilter.compile(seccomp, machine).bytes());
    }
}
