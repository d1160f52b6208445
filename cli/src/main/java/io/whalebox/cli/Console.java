package io.whalebox.cli;

import java.io.InputStream;
import java.io.PrintStream;

/** Where a command reads and prints. Tests give it buffers. */
record Console(InputStream in, PrintStream out, PrintStream err, Environment environment) {}
