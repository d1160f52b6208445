package io.whalebox.runtime;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One of the pieces that the kernel divides root's power into; see capabilities(7). Numbers are those of
 * {@code linux/capability.h}, without a gap.
 */
public enum Capability {
    CHOWN(0),
    DAC_OVERRIDE(1),
    DAC_READ_SEARCH(2),
    FOWNER(3),
    FSETID(4),
    KILL(5),
    SETGID(6),
    SETUID(7),
    SETPCAP(8),
    LINUX_IMMUTABLE(9),
    NET_BIND_SERVICE(10),
    NET_BROADCAST(11),
    NET_ADMIN(12),
    NET_RAW(13),
    IPC_LOCK(14),
    IPC_OWNER(15),
    SYS_MODULE(16),
    SYS_RAWIO(17),
    SYS_CHROOT(18),
    SYS_PTRACE(19),
    SYS_PACCT(20),
    SYS_ADMIN(21),
    SYS_BOOT(22),
    SYS_NICE(23),
    SYS_RESOURCE(24),
    SYS_TIME(25),
    SYS_TTY_CONFIG(26),
    MKNOD(27),
    LEASE(28),
    AUDIT_WRITE(29),
    AUDIT_CONTROL(30),
    SETFCAP(31),
    MAC_OVERRIDE(32),
    MAC_ADMIN(33),
    SYSLOG(34),
    WAKE_ALARM(35),
    BLOCK_SUSPEND(36),
    AUDIT_READ(37),
    PERFMON(38),
    BPF(39),
    CHECKPOINT_RESTORE(40);

    private static final String PREFIX = "CAP_";
    private static final Map<String, Capability> BY_KERNEL_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Capability::kernelName, Function.identity()));

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /**
     * The capability that a person or a specification names: {@code NET_ADMIN} or {@code CAP_NET_ADMIN}, in any case,
     * which is what Docker accepts. Empty when there is none of that name.
     */
    public static Optional<Capability> parse(String name) {
        return Optional.ofNullable(BY_KERNEL_NAME.get(canonical(name)));
    }

    /** The spelling under which Docker looks a name up and shows it in its errors, whether it exists or not. */
    static String canonical(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith(PREFIX) ? upper : PREFIX + upper;
    }

    /** The bit in the kernel's 64-bit sets, from 0. */
    public int number() {
        return number;
    }

    /** The kernel's and the OCI specification's spelling, such as {@code CAP_NET_ADMIN}. */
    public String kernelName() {
        return PREFIX + name();
    }

    /** This capability alone, as a set's bits. */
    long bit() {
        return 1L << number;
    }
}
