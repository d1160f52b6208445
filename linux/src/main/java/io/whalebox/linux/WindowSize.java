package io.whalebox.linux;

/** How large a terminal is, in characters; 0 where it is not known. */
public record WindowSize(int rows, int columns) {}
