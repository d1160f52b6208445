/**
 * The {@code whalebox} command: reads the command line, calls the engine, prints.
 *
 * <p>A {@link io.whalebox.cli.Command} is one class. Its options stand in one table of {@link io.whalebox.cli.Flag}s,
 * from which both the parser ({@link io.whalebox.cli.CommandLine}) and the help text are made, so what is documented
 * is what is understood. Spelling, messages and exit statuses are those of the docker command.
 */
@NullMarked
package io.whalebox.cli;

import org.jspecify.annotations.NullMarked;
