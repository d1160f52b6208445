package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import java.time.Instant;
import java.util.Map;

/**
 * What an archive says of one file.
 *
 * @param path its name in the archive, unchecked
 * @param link for a hard link the path of the entry it shares its file with, for a symbolic link its target, else empty
 * @param size of its content in bytes, with the holes of a sparse file
 * @param mode permission bits with set-uid, set-gid and sticky
 * @param uid unsigned, never 0xffffffff, which is nobody's
 * @param modified to the nanosecond where the archive has that
 * @param accessed the same as {@code modified} where the archive is silent
 * @param device what a device node stands for
 * @param attributes extended attributes by their full names
 * @param offset where its header begins in the archive
 */
public record TarEntry(
        TarPath path,
        EntryType type,
        TarPath link,
        long size,
        int mode,
        int uid,
        int gid,
        Instant modified,
        Instant accessed,
        DeviceNumber device,
        Map<String, byte[]> attributes,
        long offset) {}
