/**
 * Tests of the whole: the rules of the architecture, and the command as a user meets it.
 *
 * <p>The end-to-end tests run the real {@code ./whalebox} on stores of their own and need root; without it they are
 * skipped, and say so.
 */
@NullMarked
package io.whalebox.acceptance;

import org.jspecify.annotations.NullMarked;
