package io.whalebox.engine;

import io.whalebox.linux.ControlFiles;
import io.whalebox.runtime.cgroup.CgroupStats;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a container has used up to a moment, and uses then.
 *
 * @param nanos when, by a clock that never goes back
 * @param cpu processor time of all its processes so far
 * @param memoryBytes without page cache that could be dropped at once, as Docker counts
 * @param memoryLimitBytes its own or the machine's
 * @param receivedBytes by its network interfaces, loopback aside; nothing of a container on the host's network
 */
public record Usage(
        long nanos,
        Duration cpu,
        long memoryBytes,
        long memoryLimitBytes,
        long receivedBytes,
        long sentBytes,
        long readBytes,
        long writtenBytes,
        long pids) {
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int RECEIVED = 1;
    private static final int SENT = 9;
    private static final long KIB = 1024;

    /** Of a container that does not run. */
    public static final Usage NONE = new Usage(0, Duration.ZERO, 0, 0, 0, 0, 0, 0, 0);

    /**
     * Looks at a container.
     *
     * @param process one of its own on its own network, if it has such a network
     */
    static Usage of(CgroupStats stats, Optional<Integer> process) {
        long cache = stats.memoryInactiveFileBytes().orElse(0);
        long memory = stats.memoryBytes().orElse(0);
        long[] traffic = process.map(Usage::traffic).orElse(new long[2]);
        return new Usage(
                System.nanoTime(),
                stats.cpu().orElse(Duration.ZERO),
                cache < memory ? memory - cache : memory,
                stats.memoryLimitBytes().orElseGet(Usage::machineMemory),
                traffic[0],
                traffic[1],
                stats.readBytes().orElse(0),
                stats.writtenBytes().orElse(0),
                stats.pids().orElse(0));
    }

    private static long machineMemory() {
        return ControlFiles.find("/proc/meminfo").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(BLANKS.split(line, -1)[1]) * KIB)
                .findFirst()
                .orElse(0);
    }

    private static long[] traffic(int process) {
        long[] sum = new long[2];
        ControlFiles.find("/proc/" + process + "/net/dev").stream()
                .flatMap(String::lines)
                .map(line -> line.replace(':', ' ').strip())
                .map(line -> BLANKS.split(line, -1))
                .filter(words -> words.length > SENT && !words[0].equals("lo") && isNumber(words[RECEIVED]))
                .forEach(words -> {
                    sum[0] += Long.parseLong(words[RECEIVED]);
                    sum[1] += Long.parseLong(words[SENT]);
                });
        return sum;
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.chars().allMatch(Character::isDigit);
    }

    /** Processors that were busy for it since an earlier moment, in hundredths: 100 is one processor all the time. */
    public double cpuPercentSince(Usage earlier) {
        long span = nanos - earlier.nanos;
        long used = cpu.minus(earlier.cpu).toNanos();
        return span <= 0 || used < 0 ? 0 : 100.0 * used / span;
    }

    public double memoryPercent() {
        return memoryLimitBytes <= 0 ? 0 : 100.0 * memoryBytes / memoryLimitBytes;
    }
}
