package io.whalebox.runtime;

import static io.whalebox.runtime.Capability.AUDIT_WRITE;
import static io.whalebox.runtime.Capability.CHOWN;
import static io.whalebox.runtime.Capability.DAC_OVERRIDE;
import static io.whalebox.runtime.Capability.FOWNER;
import static io.whalebox.runtime.Capability.FSETID;
import static io.whalebox.runtime.Capability.KILL;
import static io.whalebox.runtime.Capability.MKNOD;
import static io.whalebox.runtime.Capability.NET_BIND_SERVICE;
import static io.whalebox.runtime.Capability.NET_RAW;
import static io.whalebox.runtime.Capability.SETFCAP;
import static io.whalebox.runtime.Capability.SETGID;
import static io.whalebox.runtime.Capability.SETPCAP;
import static io.whalebox.runtime.Capability.SETUID;
import static io.whalebox.runtime.Capability.SYS_CHROOT;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * An immutable set of capabilities.
 *
 * @param mask the kernel's form: bit <i>n</i> is the capability with number <i>n</i> (capget(2) splits it into two
 *     32-bit words, the low one first). Bits of capabilities that a newer kernel may know are never set.
 */
public record CapabilitySet(long mask) {
    private static final String OWN_STATUS = "/proc/self/status";
    private static final String ALL_WORD = "ALL";

    /** In the order in which Docker writes them into a container's specification, which is not that of the numbers. */
    private static final List<Capability> DOCKER_DEFAULTS = List.of(
            CHOWN,
            DAC_OVERRIDE,
            FSETID,
            FOWNER,
            MKNOD,
            NET_RAW,
            SETGID,
            SETUID,
            SETFCAP,
            SETPCAP,
            NET_BIND_SERVICE,
            SYS_CHROOT,
            KILL,
            AUDIT_WRITE);

    /** Every capability that is known here, whether this kernel has it or not. */
    public static final CapabilitySet ALL = new CapabilitySet((1L << Capability.values().length) - 1);

    public static final CapabilitySet NONE = new CapabilitySet(0);

    /** What a container gets that asks for nothing: Docker's fourteen. */
    public static final CapabilitySet DEFAULT = of(DOCKER_DEFAULTS);

    /** The bits of capabilities without a name here are dropped, so that two sets of the same names are equal. */
    public CapabilitySet {
        mask &= (1L << Capability.values().length) - 1;
    }

    public static CapabilitySet of(Capability... capabilities) {
        return of(List.of(capabilities));
    }

    public static CapabilitySet of(Collection<Capability> capabilities) {
        long mask = 0;
        for (Capability capability : capabilities) {
            mask |= capability.bit();
        }
        return new CapabilitySet(mask);
    }

    /**
     * What a child of this process can be given at most: the bounding set of the calling process, {@code CapBnd} of
     * proc_pid_status(5). Where an engine itself runs confined, root lacks some capabilities and cannot get them back.
     */
    public static CapabilitySet bounding() {
        return Own.BOUNDING;
    }

    /** Read once, since nothing in this process gives any of it up. */
    private static final class Own {
        static final CapabilitySet BOUNDING =
                boundingIn(ControlFiles.read(OWN_STATUS).lines());
    }

    static CapabilitySet boundingIn(Stream<String> status) {
        return status.filter(line -> line.startsWith("CapBnd:"))
                .findFirst()
                .map(line -> new CapabilitySet(Long.parseUnsignedLong(
                        line.substring("CapBnd:".length()).strip(), 16)))
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION, "read the bounding set of capabilities: " + OWN_STATUS + " has none"));
    }

    /**
     * This set as {@code --cap-add} and {@code --cap-drop} change it, to Docker's letter:
     *
     * <ul>
     *   <li>adding {@code ALL} gives everything available but what is dropped by name, whatever this set held;
     *   <li>else dropping {@code ALL} leaves exactly what is added by name;
     *   <li>else what is both dropped and added stays, for drops come first.
     * </ul>
     *
     * @param available what can be given on this machine, {@link #bounding()}; the meaning of {@code ALL}
     * @throws WhaleboxException INVALID, in Docker's words, for a name that does not exist or is not available
     */
    public CapabilitySet adjusted(Collection<String> adds, Collection<String> drops, CapabilitySet available) {
        CapabilitySet added = parse("CapAdd", adds, available);
        CapabilitySet dropped = parse("CapDrop", drops, available);
        if (holdsAll(adds)) {
            return available.without(dropped);
        }
        if (holdsAll(drops)) {
            return added;
        }
        return without(dropped).with(added);
    }

    private static boolean holdsAll(Collection<String> names) {
        return names.stream().anyMatch(ALL_WORD::equalsIgnoreCase);
    }

    /** The capabilities in a list of names, without the word {@code ALL}. */
    private static CapabilitySet parse(String field, Collection<String> names, CapabilitySet available) {
        CapabilitySet named = NONE;
        for (String name : names) {
            if (ALL_WORD.equalsIgnoreCase(name)) {
                continue;
            }
            Capability capability =
                    Capability.parse(name).orElseThrow(() -> invalid(field, "unknown capability", name));
            if (!available.contains(capability)) {
                throw invalid(
                        field,
                        "capability not supported by your kernel or not available in the current environment",
                        name);
            }
            named = named.with(of(capability));
        }
        return named;
    }

    private static WhaleboxException invalid(String field, String problem, String name) {
        return new WhaleboxException(
                ErrorKind.INVALID, "invalid " + field + ": " + problem + ": " + quoted(Capability.canonical(name)));
    }

    /** As Go's {@code %q} would show it: what a user typed must not reach the terminal as control characters. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    /**
     * This set split into what the bounding set lets a container have and what it does not, so that
     * {@code --privileged} can give what is there and say what is not.
     */
    public Grant within(CapabilitySet bounding) {
        return new Grant(new CapabilitySet(mask & bounding.mask), without(bounding));
    }

    /**
     * What became of a wish for capabilities.
     *
     * @param given what was wanted and can be given
     * @param missing what was wanted and this machine does not have to give
     */
    public record Grant(CapabilitySet given, CapabilitySet missing) {}

    public CapabilitySet with(CapabilitySet others) {
        return new CapabilitySet(mask | others.mask);
    }

    public CapabilitySet without(CapabilitySet others) {
        return new CapabilitySet(mask & ~others.mask);
    }

    public boolean contains(Capability capability) {
        return (mask & capability.bit()) != 0;
    }

    public boolean containsAll(CapabilitySet others) {
        return (others.mask & ~mask) == 0;
    }

    public boolean containsAny(CapabilitySet others) {
        return (others.mask & mask) != 0;
    }

    public boolean isEmpty() {
        return mask == 0;
    }

    /** The members in Docker's order: its defaults in the order of its own list, then the others by number. */
    public List<Capability> capabilities() {
        List<Capability> members = new ArrayList<>();
        DOCKER_DEFAULTS.stream().filter(this::contains).forEach(members::add);
        for (Capability capability : Capability.values()) {
            if (contains(capability) && !DEFAULT.contains(capability)) {
                members.add(capability);
            }
        }
        return List.copyOf(members);
    }

    /** The members' kernel names in Docker's order, as the OCI specification's {@code process.capabilities} lists them. */
    public List<String> names() {
        return capabilities().stream().map(Capability::kernelName).toList();
    }

    @Override
    public String toString() {
        return String.join(" ", names());
    }
}
