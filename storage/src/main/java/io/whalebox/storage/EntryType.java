package io.whalebox.storage;

/** What an entry of a tar archive is. */
public enum EntryType {
    REGULAR,
    /** Another name of a file that an earlier entry made. */
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO
}
