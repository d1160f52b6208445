/** From an OCI runtime specification to a plan to a process. */
@NullMarked
package io.whalebox.runtime;

import org.jspecify.annotations.NullMarked;
