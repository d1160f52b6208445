/** Programs on Whalebox's public API, each to be read in a minute; see {@code examples/README.md}. */
@NullMarked
package io.whalebox.examples;

import org.jspecify.annotations.NullMarked;
