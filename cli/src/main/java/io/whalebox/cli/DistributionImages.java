package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.BusyboxImage;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Images that can be had without a registry: {@code busybox} is made from the distribution's own package when it is
 * asked for and not in the store.
 */
final class DistributionImages {
    private static final String BUSYBOX = "busybox";
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/bin/busybox"), Path.of("/bin/busybox"));

    private DistributionImages() {}

    /** Makes the image if it is one of these and the store lacks it; says whether it did. */
    static boolean make(Engine engine, String image, Console console) {
        if (!image.equals(BUSYBOX) && !image.equals(BUSYBOX + ":latest")) {
            return false;
        }
        Reference name = Reference.parse(image);
        if (engine.images().find(name).isPresent()) {
            return false;
        }
        Path program = PROGRAMS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.NOT_FOUND,
                        "cannot make the image " + name
                                + ": no busybox on this machine (apt-get install busybox-static)"));
        console.err().println("whalebox: making the image " + name + " from this machine's " + program);
        console.err().flush();
        new BusyboxImage(engine.images(), program).assemble(name);
        return true;
    }
}
