package io.whalebox.runtime;

/** How a container that has its own network namespace gets it. */
public enum NetworkStart {
    /** It is born with one, with a loopback interface and nothing else. */
    BORN,
    /** It enters one that is ready, of which the launcher is born with a descriptor, before those of control groups. */
    JOINED,
    /**
     * It is born with one, since that has to belong to its user namespace. The launcher hands that over a socket, which it is
     * born with before the descriptors of control groups, and waits for one byte, which says that all is ready.
     */
    HANDED_OVER
}
