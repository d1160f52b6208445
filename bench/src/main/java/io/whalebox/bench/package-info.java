/** Measurements of what Whalebox does most, for {@code bench/jmh}, {@code bench/unpack} and {@code bench/compare}. */
@NullMarked
package io.whalebox.bench;

import org.jspecify.annotations.NullMarked;
