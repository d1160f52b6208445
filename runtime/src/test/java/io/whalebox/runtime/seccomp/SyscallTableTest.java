package io.whalebox.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyscallTableTest {
    private static final Path ON_X86 = Path.of("/usr/include/x86_64-linux-gnu/asm");
    private static final SyscallTable TABLE = SyscallTable.instance();

    @ParameterizedTest
    @CsvSource({"X86_64,unistd_64.h", "X32,unistd_x32.h", "X86,unistd_32.h"})
    void numbersAreThoseOfTheKernelsHeaders(Architecture architecture, String header) throws IOException {
        Map<String, Integer> expected = numbersIn(ON_X86.resolve(header), architecture);

        assertThat(table(architecture)).containsAllEntriesOf(expected);
    }

    @Test
    void aarch64NumbersAreThoseOfTheGenericHeader() throws IOException {
        Map<String, Integer> expected = numbersIn(Path.of("/usr/include/asm-generic/unistd.h"), Architecture.AARCH64);
        // For 32-bit machines only, and for machines that pass its arguments in another order.
        expected.values().removeIf(number -> number >= 403 && number <= 423);
        expected.remove("sync_file_range2");

        assertThat(table(Architecture.AARCH64)).containsAllEntriesOf(expected);
    }

    @Test
    void armNumbersAreThoseOfItsHeader() throws IOException {
        // Debian's package linux-libc-dev-armhf-cross brings it.
        Path header = Path.of("/usr/arm-linux-gnueabihf/include/asm/unistd-eabi.h");

        assertThat(table(Architecture.ARM)).containsAllEntriesOf(numbersIn(header, Architecture.ARM));
    }

    @Test
    void noTwoCallsShareANumberButForArmsSecondName() {
        for (Architecture architecture : Architecture.values()) {
            Map<Integer, Set<String>> byNumber = new TreeMap<>();
            table(architecture)
                    .forEach((name, number) -> byNumber.computeIfAbsent(number, n -> new HashSet<>())
                            .add(name));
            byNumber.values().removeIf(names -> names.equals(Set.of("arm_sync_file_range", "sync_file_range2")));

            assertThat(byNumber.values()).allSatisfy(names -> assertThat(names).hasSize(1));
        }
    }

    @Test
    void x32SharesNumbersWithX8664ButForThoseOfItsOwn() {
        assertThat(TABLE.number("read", Architecture.X32)).hasValue(0x40000000);
        assertThat(TABLE.number("execve", Architecture.X32)).hasValue(0x40000000 | 520);
        assertThat(TABLE.number("uselib", Architecture.X32)).isEmpty();
    }

    @Test
    void aCallIsFoundOnlyWhereItExists() {
        assertThat(TABLE.number("open", Architecture.X86_64)).hasValue(2);
        assertThat(TABLE.number("open", Architecture.AARCH64)).isEmpty();
        assertThat(TABLE.number("set_tls", Architecture.ARM)).hasValue(0xf0005);
        assertThat(TABLE.number("frobnicate", Architecture.X86_64)).isEmpty();
        assertThat(TABLE.name(41, Architecture.X86_64)).contains("socket");
    }

    @Test
    void argumentsAreNarrowWhereTheKernelTruncatesThem() {
        assertThat(TABLE.isNarrow("socket", 0, Architecture.X86_64)).isTrue();
        assertThat(TABLE.isNarrow("mmap", 0, Architecture.X86_64)).isFalse();
        assertThat(TABLE.isNarrow("mmap", 0, Architecture.X86)).isTrue();
    }

    private static Map<String, Integer> table(Architecture architecture) {
        Map<String, Integer> numbers = new TreeMap<>();
        TABLE.names(architecture)
                .forEach(name ->
                        numbers.put(name, TABLE.number(name, architecture).orElseThrow()));
        return numbers;
    }

    /** The definitions in a header, of which those for x32 and arm start with a base. */
    private static Map<String, Integer> numbersIn(Path header, Architecture architecture) throws IOException {
        assumeTrue(Files.exists(header), header + " is not installed");
        int base = architecture == Architecture.X32 ? SyscallTable.X32_BIT : 0;
        Pattern definition = Pattern.compile("#define __NR_(\\w+)\\s+\\(?(?:__\\w+\\s*\\+\\s*)?(\\d+)\\)?");
        Map<String, Integer> numbers = new TreeMap<>();
        try (Stream<String> lines = Files.lines(header)) {
            lines.map(definition::matcher)
                    .filter(Matcher::matches)
                    .forEach(match -> numbers.put(match.group(1), Integer.parseInt(match.group(2)) | base));
        }
        // Not a call, but how many there are; and a place that the kernel keeps for each machine's own calls.
        numbers.keySet().removeAll(Set.of("syscalls", "arch_specific_syscall"));
        assertThat(numbers).hasSizeGreaterThan(200);
        return numbers;
    }
}
