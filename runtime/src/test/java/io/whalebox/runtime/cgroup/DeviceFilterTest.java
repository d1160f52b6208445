package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program is run here by {@link BpfInterpreter}, and compared with rules evaluated one by one. */
class DeviceFilterTest {
    /** A process asks for some kinds of access to one device. */
    record Request(char type, int major, int minor, String access) {}

    @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
    void theProgramDecidesAsTheRulesDo(
            @ForAll("ruleLists") List<DeviceRule> rules, @ForAll("requests") Request request) {
        assertThat(runs(DeviceFilter.of(rules), request))
                .as("%s by %s", request, rules)
                .isEqualTo(permitted(rules, request));
    }

    /** For each kind of access that is asked for, the last rule that matches decides; without one it is free. */
    private static boolean permitted(List<DeviceRule> rules, Request request) {
        return request.access().chars().allMatch(kind -> {
            boolean allowed = true;
            for (DeviceRule rule : rules) {
                boolean matches = (rule.type().equals("a") || rule.type().charAt(0) == request.type())
                        && rule.major().orElse(request.major()) == request.major()
                        && rule.minor().orElse(request.minor()) == request.minor()
                        && rule.access().indexOf(kind) >= 0;
                allowed = matches ? rule.allow() : allowed;
            }
            return allowed;
        });
    }

    private static boolean runs(DeviceFilter filter, Request request) {
        int access = DeviceFilter.access(
                new DeviceRule(true, "a", OptionalLong.empty(), OptionalLong.empty(), request.access()));
        int type = request.type() == 'b' ? DeviceFilter.TYPE_BLOCK : DeviceFilter.TYPE_CHAR;
        long[] encoded = filter.instructions().stream()
                .mapToLong(BpfInstruction::encoded)
                .toArray();
        return BpfInterpreter.run(encoded, new int[] {access << 16 | type, request.major(), request.minor()}) == 1;
    }

    @Provide
    Arbitrary<List<DeviceRule>> ruleLists() {
        Arbitrary<OptionalLong> numbers = Arbitraries.longs().between(0, 3).map(OptionalLong::of);
        Arbitrary<OptionalLong> numberOrAny = Arbitraries.oneOf(numbers, Arbitraries.just(OptionalLong.empty()));
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of("a", "b", "c"),
                        numberOrAny,
                        numberOrAny,
                        Arbitraries.of("r", "w", "m", "rw", "rm", "wm", "rwm"))
                .as(DeviceRule::new)
                .list()
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<Request> requests() {
        return Combinators.combine(
                        Arbitraries.of('b', 'c'),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of("r", "w", "m", "rw", "rwm"))
                .as(Request::new);
    }

    @ParameterizedTest
    @CsvSource({
        "c, 1, 3, rw, true",
        "c, 1, 9, r, true",
        "c, 136, 5, rw, true",
        "c, 5, 2, rw, true",
        "c, 1, 1, m, true",
        "b, 8, 0, m, true",
        "c, 1, 1, r, false",
        "b, 8, 0, r, false",
        "c, 10, 229, rw, false"
    })
    void aContainerMayUseWhatEveryContainerNeedsAndNoDisk(
            char type, int major, int minor, String access, boolean allowed) {
        DeviceFilter filter = DeviceFilter.of(DeviceRule.CONTAINER_DEFAULTS);
        assertThat(runs(filter, new Request(type, major, minor, access))).isEqualTo(allowed);
    }

    @Test
    void aProgramReadsLikeTheRulesFromTheLastToTheFirst() {
        DeviceFilter filter = DeviceFilter.of(List.of(
                DeviceRule.DENY_ALL,
                DeviceRule.allow("c", 1, 3, "rw"),
                new DeviceRule(false, "b", OptionalLong.of(8), OptionalLong.empty(), "w")));
        assertThat(String.join("\n", filter.listing())).isEqualTo("""
                        ; the request
                          0: r3 = *(u32 *)(r1 +0)
                          1: r2 = r3
                          2: r2 &= 0xffff
                          3: r3 >>= 16
                          4: r4 = *(u32 *)(r1 +4)
                          5: r5 = *(u32 *)(r1 +8)
                        ; deny b 8:* w
                          6: if r2 != 1 goto +5
                          7: if r4 != 8 goto +4
                          8: if r3 & 0x4 goto +1
                          9: goto +2
                         10: r0 = 0
                         11: exit
                        ; allow c 1:3 rw
                         12: if r2 != 2 goto +6
                         13: if r4 != 1 goto +5
                         14: if r5 != 3 goto +4
                         15: r3 &= 0x1
                         16: if r3 != 0 goto +2
                         17: r0 = 1
                         18: exit
                        ; deny a *:* rwm
                         19: r0 = 0
                         20: exit""");
    }

    @Test
    void nothingBeforeATotalRuleIsCompiled() {
        assertThat(DeviceFilter.of(List.of(DeviceRule.deny("c", 1, 3, "r"), DeviceRule.ALLOW_ALL))
                        .instructions())
                .isEqualTo(DeviceFilter.of(List.of()).instructions());
    }

    @ParameterizedTest
    @CsvSource({"d, rwm", "c, rwx", "c, rr", "cb, r"})
    void aRuleCannotSayNonsense(String type, String access) {
        assertThatThrownBy(() -> new DeviceRule(true, type, OptionalLong.empty(), OptionalLong.empty(), access))
                .isInstanceOf(WhaleboxException.class)
                .hasMessageStartingWith("invalid device rule");
    }

    @Test
    void aRuleThatLeavesThingsOutMeansAllOfThem() {
        assertThat(new DeviceRule(false, "", OptionalLong.of(-1), OptionalLong.empty(), ""))
                .isEqualTo(DeviceRule.DENY_ALL);
    }
}
