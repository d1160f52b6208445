/**
 * Go's templates, as far as Docker's users put them behind {@code --format}: texts with actions in them, evaluated over
 * a tree of plain values. The grammar, the results and the messages are those of Go's text/template.
 */
@NullMarked
package io.whalebox.cli.template;

import org.jspecify.annotations.NullMarked;
