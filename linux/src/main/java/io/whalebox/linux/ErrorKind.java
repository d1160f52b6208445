package io.whalebox.linux;

/**
 * The kinds of failure that a caller can act on. Exit statuses, HTTP statuses and the like are chosen from these in
 * one place each.
 */
public enum ErrorKind {
    /** What was named does not exist. */
    NOT_FOUND,
    /** It exists already, or is in use. */
    CONFLICT,
    /** The request itself is malformed. */
    INVALID,
    /** The request is sound, but this machine or the present state cannot serve it. */
    PRECONDITION,
    /** Something that is needed does not answer now; trying again may help. */
    UNAVAILABLE,
    /** The caller may not do that. */
    DENIED,
    /** A defect of Whalebox or an answer of the kernel that it did not expect. */
    INTERNAL
}
