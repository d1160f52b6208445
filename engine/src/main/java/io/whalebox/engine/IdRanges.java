package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.UserMode;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec.IdMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The ids outside that stand for those inside a user namespace.
 *
 * @param uids empty without a user namespace
 */
record IdRanges(List<IdMapping> uids, List<IdMapping> gids) {
    private static final Path SUBUID = Path.of("/etc/subuid");
    private static final Path SUBGID = Path.of("/etc/subgid");
    /** Whose ranges containers get; Docker's name too, so that a machine set up for it works. */
    private static final Set<String> OWNERS = Set.of("whalebox", "dockremap");
    /** Where distributions begin to give out such ids, and how many they give (login.defs(5), SUB_UID_MIN). */
    private static final long FIRST = 100_000;

    private static final long COUNT = 65_536;

    static IdRanges of(UserMode mode) {
        if (mode instanceof UserMode.Host) {
            return new IdRanges(List.of(), List.of());
        }
        return mode instanceof UserMode.Mapped mapped
                ? new IdRanges(mapped.uids(), mapped.gids())
                : new IdRanges(List.of(read(SUBUID)), List.of(read(SUBGID)));
    }

    /** A range of a file such as subuid(5), {@code owner:first:count}. */
    private record Range(String owner, long first, long count) {
        static Range parse(List<String> fields) {
            return new Range(fields.get(0), Long.parseLong(fields.get(1)), Long.parseLong(fields.get(2)));
        }

        long end() {
            return first + count;
        }
    }

    private static IdMapping read(Path file) {
        List<Range> ranges = ranges(file);
        return ranges.stream()
                .filter(range -> OWNERS.contains(range.owner()))
                .map(range -> new IdMapping(0, range.first(), range.count()))
                .findFirst()
                .orElseGet(() -> unclaimed(ranges));
    }

    /** Where nobody has set the machine up for us: ids behind all that users have been given. */
    private static IdMapping unclaimed(List<Range> ranges) {
        long first = ranges.stream().mapToLong(Range::end).reduce(FIRST, Math::max);
        return new IdMapping(0, first, COUNT);
    }

    private static List<Range> ranges(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> List.of(line.strip().split(":", -1)))
                    .filter(fields -> fields.size() == 3)
                    .map(Range::parse)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (NumberFormatException e) {
            throw new WhaleboxException(ErrorKind.PRECONDITION, file + " has a range that is not made of numbers", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
