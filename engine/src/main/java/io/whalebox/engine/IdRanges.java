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
import java.util.Optional;
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

    static IdRanges of(UserMode mode) {
        return switch (mode) {
            case UserMode.Host _ -> new IdRanges(List.of(), List.of());
            case UserMode.Mapped mapped -> new IdRanges(mapped.uids(), mapped.gids());
            case UserMode.Remap _ -> new IdRanges(List.of(read(SUBUID)), List.of(read(SUBGID)));
        };
    }

    /** The first range of a file such as subuid(5): {@code name:first:count}. */
    private static IdMapping read(Path file) {
        try {
            Optional<IdMapping> found = Files.readAllLines(file).stream()
                    .map(line -> List.of(line.strip().split(":", -1)))
                    .filter(fields -> fields.size() == 3 && OWNERS.contains(fields.get(0)))
                    .map(fields -> new IdMapping(0, Long.parseLong(fields.get(1)), Long.parseLong(fields.get(2))))
                    .findFirst();
            return found.orElseThrow(() -> missing(file));
        } catch (NoSuchFileException e) {
            throw missing(file);
        } catch (NumberFormatException e) {
            throw new WhaleboxException(ErrorKind.PRECONDITION, file + " has a range that is not made of numbers", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WhaleboxException missing(Path file) {
        return new WhaleboxException(
                ErrorKind.PRECONDITION,
                "no ids to remap to: " + file + " has no range for whalebox; add a line such as whalebox:100000:65536");
    }
}
