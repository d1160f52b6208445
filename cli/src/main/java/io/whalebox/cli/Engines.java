package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;

/** Where a command gets its engine from: opened for it alone, or borrowed from those that serves everybody. */
interface Engines {
    /** The engine of a store; the command closes it. */
    Engine open(Home home);
}
