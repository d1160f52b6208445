package io.whalebox.runtime.seccomp;

import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Filters of the default profile that were compiled when the command was built: reading one takes a hundredth of what
 * compiling it takes in a process that has just begun. Each is a file that is named after all that its rules may ask
 * about, so that on another kernel there is none, and it is compiled as any other. In it are the flags of seccomp(2), 8
 * bytes, and the program as the kernel gets it.
 */
public final class KeptFilters {
    /** Names the directory where they are, in a process that has any. */
    private static final String PROPERTY = "whalebox.filters";

    /** As many as were kept, which is few. */
    private static final Map<Path, Spec.Filter> READ = new ConcurrentHashMap<>();

    private KeptFilters() {}

    /**
     * The filter, if it was kept.
     *
     * @param given the container's bounding set: what it could ever have
     */
    public static Optional<Spec.Filter> find(CapabilitySet given) {
        String directory = System.getProperty(PROPERTY, "");
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(directory, name(given, Machine.current()));
        Spec.Filter known = READ.get(file);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            long flags = content.getLong();
            byte[] program = new byte[content.remaining()];
            content.get(program);
            Spec.Filter filter = Spec.Filter.of(program, flags);
            READ.put(file, filter);
            return Optional.of(filter);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles the filter and keeps it. */
    public static void keep(Path directory, CapabilitySet given) {
        SeccompFilter filter = SeccompProfile.dockerDefault().filter(given);
        byte[] program = filter.bytes();
        ByteBuffer content = ByteBuffer.allocate(Long.BYTES + program.length).order(ByteOrder.LITTLE_ENDIAN);
        content.putLong(filter.flagBits()).put(program);
        String name = name(given, Machine.current());
        try {
            Files.createDirectories(directory);
            // Whole or not at all: a filter that is cut off would be taken for what it is.
            Path staged = Files.write(directory.resolve(name + ".new"), content.array());
            Files.move(staged, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(CapabilitySet given, Machine machine) {
        return machine.architecture().name() + "-" + machine.kernel() + "-" + Long.toHexString(given.mask());
    }
}
