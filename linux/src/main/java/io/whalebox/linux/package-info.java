/**
 * Java's view of the Linux kernel, without policy: system calls, errors, descriptors and the structures they take.
 *
 * <p>This is the only module that uses {@code java.lang.foreign}. It has three layers: {@link io.whalebox.linux.Libc}
 * (C signatures), handles such as {@link io.whalebox.linux.Fd} and {@link io.whalebox.linux.Directory}, and Java
 * meaning. A call that fails throws {@link io.whalebox.linux.LinuxException}; interrupted calls are repeated here and
 * nowhere else.
 */
@NullMarked
package io.whalebox.linux;

import org.jspecify.annotations.NullMarked;
