package io.whalebox.runtime.seccomp;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A set of system call numbers and conventions that a kernel serves. A machine has one of its own, and may serve
 * others to older programs.
 */
public enum Architecture {
    X86_64(0xc000003e, "amd64", false),
    /** 64-bit registers, 32-bit pointers. To the kernel it is x86_64 with bit 30 set in every call number. */
    X32(0xc000003e, "x32", true),
    X86(0x40000003, "x86", true),
    AARCH64(0xc00000b7, "arm64", false),
    ARM(0x40000028, "arm", true);

    private static final String OCI_PREFIX = "SCMP_ARCH_";

    /** Named by the specification; no machine that Whalebox runs on can execute them, so rules for them are moot. */
    private static final Set<String> FOREIGN = Set.of(
            "SCMP_ARCH_MIPS",
            "SCMP_ARCH_MIPS64",
            "SCMP_ARCH_MIPS64N32",
            "SCMP_ARCH_MIPSEL",
            "SCMP_ARCH_MIPSEL64",
            "SCMP_ARCH_MIPSEL64N32",
            "SCMP_ARCH_PPC",
            "SCMP_ARCH_PPC64",
            "SCMP_ARCH_PPC64LE",
            "SCMP_ARCH_S390",
            "SCMP_ARCH_S390X",
            "SCMP_ARCH_PARISC",
            "SCMP_ARCH_PARISC64",
            "SCMP_ARCH_RISCV64",
            "SCMP_ARCH_LOONGARCH64",
            "SCMP_ARCH_M68K",
            "SCMP_ARCH_SH",
            "SCMP_ARCH_SHEB");

    private final int auditNumber;
    private final String dockerName;
    private final boolean narrow;

    Architecture(int auditNumber, String dockerName, boolean narrow) {
        this.auditNumber = auditNumber;
        this.dockerName = dockerName;
        this.narrow = narrow;
    }

    /** The one with this name in the OCI specification, such as {@code SCMP_ARCH_X86_64}. */
    static Optional<Architecture> ofOciName(String name) {
        return Stream.of(values()).filter(a -> a.ociName().equals(name)).findFirst();
    }

    /** Whether the specification knows the name, though no machine of ours has the architecture. */
    static boolean isForeign(String ociName) {
        return FOREIGN.contains(ociName);
    }

    public String ociName() {
        return OCI_PREFIX + name();
    }

    /** The name in the conditions of Docker's profiles, such as {@code amd64}. */
    public String dockerName() {
        return dockerName;
    }

    /** {@code AUDIT_ARCH_*} of {@code linux/audit.h}: what the kernel tells a filter in {@code seccomp_data.arch}. */
    int auditNumber() {
        return auditNumber;
    }

    /** Whether arguments are 32 bits wide. */
    boolean isNarrow() {
        return narrow;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
