package io.whalebox.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Capability;
import io.whalebox.runtime.CapabilitySet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileJsonTest {
    private static final Machine INTEL = new Machine(Architecture.X86_64, new KernelVersion(6, 1));

    @TempDir
    private Path scratch;

    @Test
    void aProfileOfDockersFormIsRead() throws IOException {
        Path file = Files.writeString(scratch.resolve("profile.json"), """
                {
                  "defaultAction": "SCMP_ACT_ERRNO",
                  "defaultErrnoRet": 38,
                  "archMap": [
                    {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                    {"architecture": "SCMP_ARCH_MIPS64", "subArchitectures": ["SCMP_ARCH_MIPS"]},
                    {"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}
                  ],
                  "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"],
                  "syscalls": [
                    {"name": "read", "action": "SCMP_ACT_ALLOW", "comment": "the old form", "args": []},
                    {"names": ["mount", "umount"], "action": "SCMP_ACT_TRACE", "errnoRet": 7,
                     "includes": {"caps": ["CAP_SYS_ADMIN"], "minKernel": "5.14"}},
                    {"names": ["socket"], "action": "SCMP_ACT_KILL",
                     "args": [{"index": 1, "value": 18446744073709551615, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"}],
                     "excludes": {"arches": ["arm64"]}}
                  ]
                }
                """);

        LinuxSeccomp seccomp =
                SeccompProfile.parse(SeccompProfile.text(file)).resolve(CapabilitySet.of(Capability.SYS_ADMIN), INTEL);

        assertThat(seccomp.defaultAction()).isEqualTo(Action.errno(Errno.ENOSYS));
        assertThat(seccomp.architectures()).containsExactly(Architecture.X86_64, Architecture.X86);
        assertThat(seccomp.flags()).containsExactly(FilterFlag.LOG);
        assertThat(seccomp.rules())
                .containsExactly(
                        new SyscallRule(List.of("read"), Action.ALLOW, List.of()),
                        new SyscallRule(List.of("mount", "umount"), new Action(Action.Kind.TRACE, 7), List.of()),
                        new SyscallRule(
                                List.of("socket"),
                                Action.KILL_THREAD,
                                List.of(new ArgumentCheck(1, ArgumentCheck.Operator.MASKED_EQ, -1L, 3))));
    }

    @ParameterizedTest
    @CsvSource({
        "includes,CAP_BPF,false",
        "includes,CAP_SYS_ADMIN,true",
        "excludes,CAP_SYS_ADMIN,false",
        "excludes,CAP_BPF,true"
    })
    void aRuleCountsByTheContainersCapabilities(String list, String capability, boolean counts) {
        SeccompProfile profile = parse("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"mount\"],"
                + "\"action\":\"SCMP_ACT_ALLOW\",\"" + list + "\":{\"caps\":[\"" + capability + "\"]}}]}");

        assertThat(profile.resolve(CapabilitySet.of(Capability.SYS_ADMIN), INTEL)
                        .rules())
                .hasSize(counts ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "includes,6.1,true",
        "includes,6.2,false",
        "includes,5.19,true",
        "excludes,6.1,false",
        "excludes,7.0,true"
    })
    void aRuleCountsByTheKernel(String list, String version, boolean counts) {
        SeccompProfile profile = parse("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"mount\"],"
                + "\"action\":\"SCMP_ACT_ALLOW\",\"" + list + "\":{\"minKernel\":\"" + version + "\"}}]}");

        assertThat(profile.resolve(CapabilitySet.NONE, INTEL).rules()).hasSize(counts ? 1 : 0);
    }

    @Test
    void withoutFlagsSpeculationIsLeftAlone() {
        LinuxSeccomp seccomp = parse("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}").resolve(CapabilitySet.NONE, INTEL);
        LinuxSeccomp none =
                parse("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[]}").resolve(CapabilitySet.NONE, INTEL);

        assertThat(seccomp.flags()).containsExactly(FilterFlag.SPEC_ALLOW);
        assertThat(none.flags()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | defaultAction is missing",
                "[] | is not an object",
                "{\"defaultAction\":\"ALLOW\"} | defaultAction: \"ALLOW\" is not an action; the names are like SCMP_ACT_ALLOW",
                "{\"defaultAction\":7} | defaultAction: \"7\" is not a string",
                "{\"defaultAction\":\"SCMP_ACT_NOTIFY\"} | defaultAction: \"SCMP_ACT_NOTIFY\" asks for a supervisor of"
                        + " system calls, which Whalebox does not support",
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":4096} | defaultErrnoRet: \"4096\" is not a whole"
                        + " number from 0 to 4095",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"defaultErrnoRet\":1} | defaultErrnoRet: \"1\" is of no use to"
                        + " SCMP_ACT_ALLOW; remove it",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"/run/x\"} | listenerPath: \"/run/x\" asks for a"
                        + " supervisor of system calls, which Whalebox does not support; remove it",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"x86\"]} | architectures[0]: \"x86\" is not an"
                        + " architecture; the names are like SCMP_ARCH_X86_64",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"],\"archMap\":[{\"architecture\":"
                        + "\"SCMP_ARCH_ARM\"}]} | both architectures and archMap are given; use either of them",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[\"X\"]} | flags[0]: \"X\" is not a flag; the names are"
                        + " like SECCOMP_FILTER_FLAG_LOG",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":{}} | syscalls: is not a list",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[null]} | syscalls[0]: is not an object",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"action\":\"SCMP_ACT_KILL\"}]} | syscalls[0]: names is"
                        + " missing or empty",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"name\":\"a\",\"names\":[\"b\"],\"action\":"
                        + "\"SCMP_ACT_KILL\"}]} | syscalls[0]: both name and names are given; use either of them",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"]}]} | syscalls[0]: action is missing",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"],\"action\":\"SCMP_ACT_KILL\",\"args\":"
                        + "[{\"index\":6,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]}]} | syscalls[0].args[0].index: \"6\" is not a"
                        + " whole number from 0 to 5",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"],\"action\":\"SCMP_ACT_KILL\",\"args\":"
                        + "[{\"index\":0,\"value\":-1,\"op\":\"SCMP_CMP_EQ\"}]}]} | syscalls[0].args[0].value: \"-1\" is not"
                        + " a whole number from 0 to 18446744073709551615",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"],\"action\":\"SCMP_ACT_KILL\",\"args\":"
                        + "[{\"index\":0,\"value\":1e999999999,\"op\":\"SCMP_CMP_EQ\"}]}]} | syscalls[0].args[0].value:"
                        + " \"1e999999999\" is not a whole number from 0 to 18446744073709551615",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"],\"action\":\"SCMP_ACT_KILL\",\"args\":"
                        + "[{\"index\":0,\"value\":1,\"op\":\"EQ\"}]}]} | syscalls[0].args[0].op: \"EQ\" is not a comparison;"
                        + " the names are like SCMP_CMP_EQ",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"],\"action\":\"SCMP_ACT_KILL\","
                        + "\"includes\":{\"caps\":[\"CAP_X\"]}}]} | syscalls[0].includes.caps[0]: \"CAP_X\" is not a"
                        + " capability; the names are like CAP_SYS_ADMIN",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"a\"],\"action\":\"SCMP_ACT_KILL\","
                        + "\"includes\":{\"minKernel\":\"5\"}}]} | syscalls[0].includes.minKernel: \"5\" is not a kernel"
                        + " version like 5.14",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\"} {} | there is something after the end of the profile",
                "{\"defaultAction\": | it is not JSON: Unexpected end of JSON input",
            })
    void aMistakeIsNamedWithItsPlace(String json, String problem) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessage(problem);
    }

    @Test
    void hostileDocumentsEndInOneLine() {
        String deep = "{\"defaultAction\":" + "[".repeat(100_000);
        String controls = "{\"defaultAction\":\"a\\u001b[2J\\n" + "b".repeat(1000) + "\"}";

        assertThatThrownBy(() -> parse(deep)).hasMessage("is nested too deeply");
        assertThatThrownBy(() -> parse(controls))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).matches("[^\\p{Cntrl}]*"));
        assertThatThrownBy(() -> parse("{\"a\" \u001b\n\"}"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).matches("[^\\p{Cntrl}]*"));
    }

    @Test
    void theFileIsNamed() throws IOException {
        Path absent = scratch.resolve("absent.json");
        Path broken = Files.writeString(scratch.resolve("broken.json"), "{}");
        Path large = Files.write(scratch.resolve("large.json"), new byte[ProfileJson.MAX_BYTES + 1]);

        assertThatThrownBy(() -> SeccompProfile.text(absent))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessage("read seccomp profile \"" + absent + "\": no such file");
        assertThatThrownBy(() -> SeccompProfile.text(broken))
                .hasMessage("read seccomp profile \"" + broken + "\": defaultAction is missing");
        assertThatThrownBy(() -> SeccompProfile.text(large)).hasMessageEndingWith("it is larger than 1048576 bytes");
        assertThatThrownBy(() -> SeccompProfile.text(scratch)).isInstanceOf(WhaleboxException.class);
    }

    @Test
    void theOciFormIsWrittenAndReadBack() {
        LinuxSeccomp seccomp = new LinuxSeccomp(
                Action.errno(Errno.EPERM),
                List.of(Architecture.X86_64, Architecture.X32),
                Set.of(FilterFlag.LOG),
                List.of(
                        new SyscallRule(List.of("read", "write"), Action.ALLOW, List.of()),
                        new SyscallRule(
                                List.of("socket"),
                                new Action(Action.Kind.TRACE, 5),
                                List.of(new ArgumentCheck(0, ArgumentCheck.Operator.GE, -2L, 0)))));
        JsonType<LinuxSeccomp> type = Jsonb.instance().type(LinuxSeccomp.class);
        String json = type.toJson(seccomp);

        assertThat(json)
                .contains("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1")
                .contains("\"value\":18446744073709551614");
        assertThat(type.fromJson(json)).isEqualTo(seccomp);
    }

    private static SeccompProfile parse(String json) {
        return ProfileJson.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
