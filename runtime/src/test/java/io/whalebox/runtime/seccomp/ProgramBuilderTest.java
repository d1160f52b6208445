package io.whalebox.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProgramBuilderTest {
    private static final Machine INTEL = new Machine(Architecture.X86_64, new KernelVersion(6, 18));
    private static final Action EPERM = Action.errno(Errno.EPERM);

    @Test
    void theSameInstructionWithTheSameContinuationIsMadeOnce() {
        ProgramBuilder program = new ProgramBuilder();
        int allow = program.ret(1);
        int refuse = program.ret(0);
        int first = program.load(16, program.jump(Instruction.JUMP_IF_EQUAL, 7, allow, refuse));
        int second = program.load(16, program.jump(Instruction.JUMP_IF_EQUAL, 7, allow, refuse));

        assertThat(second).isEqualTo(first);
        assertThat(program.build())
                .containsExactly(
                        new Instruction(Instruction.LOAD, 0, 0, 16),
                        new Instruction(Instruction.JUMP_IF_EQUAL, 1, 0, 7),
                        new Instruction(Instruction.RETURN, 0, 0, 0),
                        new Instruction(Instruction.RETURN, 0, 0, 1));
    }

    @Test
    void aJumpThatLeadsToOnePlaceOnlyIsNone() {
        ProgramBuilder program = new ProgramBuilder();
        int only = program.ret(0);

        assertThat(program.jump(Instruction.JUMP_IF_EQUAL, 7, only, only)).isEqualTo(only);
    }

    @Test
    void aFarTargetIsReachedByAJumpInBetween() {
        ProgramBuilder program = new ProgramBuilder();
        int end = program.ret(0);
        int far = program.load(0, end);
        int near = far;
        for (int i = 0; i < 300; i++) {
            near = program.and(i, near);
        }
        program.jump(Instruction.JUMP_IF_EQUAL, 7, far, near);
        List<Instruction> built = program.build();

        assertThat(built.get(0)).isEqualTo(new Instruction(Instruction.JUMP_IF_EQUAL, 0, 1, 7));
        assertThat(built.get(1)).isEqualTo(new Instruction(Instruction.JUMP, 0, 0, 300));
        assertThat(built.get(302)).isEqualTo(new Instruction(Instruction.LOAD, 0, 0, 0));
    }

    @Test
    void aFilterWithJumpsOfEveryLengthAnswersRight() {
        for (int rules : List.of(1, 80, 126, 127, 128, 129, 130, 254, 255, 256, 257, 600)) {
            LinuxSeccomp seccomp = allowedPersonalities(rules);
            BpfMachine filter =
                    new BpfMachine(SeccompFilter.compile(seccomp, INTEL).bytes());
            PlainReading reading = new PlainReading(seccomp, INTEL);
            for (long value : List.of(0L, 2L, 2L * rules, 2L * rules + 2, 1L)) {
                for (String call : List.of("personality", "read", "writev")) {
                    SeccompData data = SeccompData.call(call, Architecture.X86_64, value);
                    assertThat(filter.run(data)).isEqualTo(reading.of(data).returnValue());
                }
            }
        }
    }

    @Test
    void aFilterThatTheKernelWouldRefuseIsRefusedFirst() {
        assertThatThrownBy(() -> SeccompFilter.compile(allowedPersonalities(5000), INTEL))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessageMatching(
                        "compile the seccomp profile: it takes \\d+ instructions, the kernel allows 4096; use"
                                + " fewer argument checks");
    }

    private static LinuxSeccomp allowedPersonalities(int count) {
        List<SyscallRule> rules = new ArrayList<>(LongStream.rangeClosed(1, count)
                .mapToObj(i -> new SyscallRule(
                        List.of("personality"),
                        Action.ALLOW,
                        List.of(new ArgumentCheck(0, ArgumentCheck.Operator.EQ, 2 * i, 0))))
                .toList());
        rules.add(new SyscallRule(List.of("read", "clone3"), Action.ALLOW, List.of()));
        return new LinuxSeccomp(EPERM, List.of(Architecture.X86_64), LinuxSeccomp.DEFAULT_FLAGS, rules);
    }
}
