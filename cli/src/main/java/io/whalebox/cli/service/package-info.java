/**
 * The engine as a process that serves clients: who may ask, how they ask, and when it leaves. What the commands are is
 * not known here.
 */
@NullMarked
package io.whalebox.cli.service;

import org.jspecify.annotations.NullMarked;
