package io.whalebox.runtime.seccomp;

import java.util.List;

/**
 * One system call as the kernel shows it to a filter: {@code struct seccomp_data} of {@code linux/seccomp.h}.
 *
 * @param number what the program put into the number's register
 * @param auditNumber {@code AUDIT_ARCH_*}
 * @param arguments six of them
 */
record SeccompData(int number, int auditNumber, List<Long> arguments) {
    static SeccompData call(String name, Architecture architecture, long... arguments) {
        int number = SyscallTable.instance().number(name, architecture).orElseThrow();
        return of(number, architecture, arguments);
    }

    static SeccompData of(int number, Architecture architecture, long... arguments) {
        Long[] six = {0L, 0L, 0L, 0L, 0L, 0L};
        for (int i = 0; i < arguments.length; i++) {
            six[i] = arguments[i];
        }
        return new SeccompData(number, architecture.auditNumber(), List.of(six));
    }

    /** The word at an offset of the structure, as a little-endian machine has it in memory. */
    int word(int offset) {
        return switch (offset) {
            case 0 -> number;
            case 4 -> auditNumber;
            case 8, 12 -> throw new AssertionError("the instruction pointer is nobody's business");
            default -> {
                long argument = arguments.get((offset - 16) / 8);
                yield (int) (offset % 8 == 0 ? argument : argument >>> 32);
            }
        };
    }
}
