package io.whalebox.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A directory of what containers have: a file each, named after what it is. A file system makes a name for one only, so
 * nothing is given twice, whoever asks at the same time and whoever dies meanwhile.
 */
final class LeaseFiles {
    private static final JsonFile<Lease> FILES = new JsonFile<>(Lease.class);

    private final Path directory;
    private final Predicate<String> inUse;

    /**
     * @param inUse whether a container's id is that of one that runs or is being made
     */
    LeaseFiles(Path directory, Predicate<String> inUse) {
        this.directory = directory;
        this.inUse = inUse;
    }

    Path directory() {
        return directory;
    }

    /** What is taken; nothing where the directory is not there. */
    Optional<List<String>> names() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                // Else it is about to be written.
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
            return Optional.of(names);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who has it. */
    Optional<Lease> find(String name) {
        return FILES.read(directory.resolve(name));
    }

    boolean isInUse(Lease lease) {
        return inUse.test(lease.container());
    }

    /** Gives it to one, unless another has it. */
    boolean claim(String name, Lease lease) {
        return FILES.create(directory.resolve(name), lease);
    }

    /** Gives it to one, whoever had it. */
    void write(String name, Lease lease) {
        FILES.write(directory.resolve(name), lease);
    }

    /** Takes it back, if it is still this container's. */
    void release(String name, String container) {
        if (find(name).filter(it -> it.container().equals(container)).isPresent()) {
            JsonFile.delete(directory.resolve(name));
        }
    }

    /** Takes back all that containers have which do not run. */
    void releaseUnused() {
        for (String name : names().orElse(List.of())) {
            find(name).filter(lease -> !isInUse(lease)).ifPresent(lease -> release(name, lease.container()));
        }
    }
}
