package io.whalebox.linux;

/** A name that a directory lists, and what stands there. */
public record DirectoryEntry(FileName name, FileType type) {}
