package io.whalebox.runtime.seccomp;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;

/**
 * What a profile may depend on beside the container.
 *
 * @param architecture the machine's own, {@link Architecture#X86_64} or {@link Architecture#AARCH64}
 * @param kernel the running kernel
 */
public record Machine(Architecture architecture, KernelVersion kernel) {
    private static final String RELEASE = "/proc/sys/kernel/osrelease";

    /**
     * The machine that this process runs on.
     *
     * @throws WhaleboxException PRECONDITION on an architecture that Whalebox does not know
     */
    public static Machine current() {
        return Current.MACHINE;
    }

    private static Architecture architectureOf(String javaName) {
        return switch (javaName) {
            case "amd64", "x86_64" -> Architecture.X86_64;
            case "aarch64", "arm64" -> Architecture.AARCH64;
            default ->
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "compile a seccomp filter: architecture " + javaName
                                + " is not supported, only x86_64 and aarch64 are");
        };
    }

    private static KernelVersion runningKernel() {
        String release = ControlFiles.read(RELEASE).strip();
        return KernelVersion.ofRelease(release)
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION, "read the kernel's version: " + RELEASE + " says " + release));
    }

    /** Neither half can change while this process runs. */
    private static final class Current {
        static final Machine MACHINE =
                new Machine(Machine.architectureOf(System.getProperty("os.arch")), Machine.runningKernel());
    }
}
