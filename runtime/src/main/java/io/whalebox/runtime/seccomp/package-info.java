/**
 * Which system calls a container may make: seccomp profiles, and their compilation into the filter that the kernel
 * runs before every call; see seccomp(2).
 *
 * <p>A {@link io.whalebox.runtime.seccomp.SeccompProfile} is what a person writes: Docker's format, whose rules may
 * depend on capabilities, architecture and kernel. Resolved for one container on one
 * {@link io.whalebox.runtime.seccomp.Machine} it becomes a {@link io.whalebox.runtime.seccomp.LinuxSeccomp}, which is
 * {@code linux.seccomp} of the OCI runtime specification: plain rules, in order. That compiles into a
 * {@link io.whalebox.runtime.seccomp.SeccompFilter}, a program for the kernel's classic BPF machine.
 *
 * <p>Nothing here speaks to the kernel; the filter is data that the container's own process hands over as the last
 * thing before it executes its program.
 */
@NullMarked
package io.whalebox.runtime.seccomp;

import org.jspecify.annotations.NullMarked;
