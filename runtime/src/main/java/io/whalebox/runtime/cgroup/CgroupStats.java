package io.whalebox.runtime.cgroup;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a group uses; empty where the controller is not there or the kernel does not count it.
 *
 * @param memoryBytes now, page cache included
 * @param memoryInactiveFileBytes of that, page cache that could be dropped at once
 * @param memoryPeakBytes the most it has been
 * @param memoryLimitBytes empty: unlimited
 * @param cpu processor time of all its processes, those that have ended too
 * @param readBytes from disks, by all its processes so far
 * @param writtenBytes to disks
 * @param pids processes and threads now
 */
public record CgroupStats(
        OptionalLong memoryBytes,
        OptionalLong memoryInactiveFileBytes,
        OptionalLong memoryPeakBytes,
        OptionalLong memoryLimitBytes,
        Optional<Duration> cpu,
        OptionalLong readBytes,
        OptionalLong writtenBytes,
        OptionalLong pids) {}
