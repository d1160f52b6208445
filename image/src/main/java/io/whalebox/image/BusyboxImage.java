package io.whalebox.image;

import io.whalebox.image.ImageConfig.History;
import io.whalebox.image.ImageConfig.RootFs;
import io.whalebox.image.LayerIngest.Packed;
import io.whalebox.image.Offered.PackedManifest;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.UnpackLimits;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Makes an image like Docker's {@code busybox} from the machine's own static busybox, for a machine that has no registry
 * at hand. Everything in it but the program is fixed, its times too, so that the same program gives the same image.
 */
public final class BusyboxImage {
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Pattern APPLET = Pattern.compile("[A-Za-z0-9._+-]{1,60}|\\[\\[?");
    private static final int LONGEST_LIST = 64 << 10;
    private static final int EXECUTABLE = 0755;

    private final ImageStore store;
    private final Path busybox;

    /**
     * Prepares to make the image.
     *
     * @param busybox of this machine's distribution; it is asked for the list of its applets, and so run
     */
    public BusyboxImage(ImageStore store, Path busybox) {
        this.store = store;
        this.busybox = busybox;
    }

    /** Makes the image, or finds that it is made, and gives it the name. */
    public Image assemble(Reference name) {
        return store.adding("make the image " + name + " from " + busybox, lease -> {
            requireStatic();
            Path tar = store.content().staging().newFile(lease);
            try {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar))) {
                    writeRootFs(out, applets());
                }
                Image image = put(lease, tar);
                store.publish(lease, image, List.of(name));
                return image;
            } finally {
                store.content().staging().discard(tar);
            }
        });
    }

    private Image put(Lease lease, Path tar) throws IOException {
        LayerIngest ingest = new LayerIngest(store.content(), store.layerStore(), UnpackLimits.DEFAULT);
        Packed layer;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar))) {
            layer = ingest.add(lease, in, Optional.empty());
        }
        Platform platform = Platform.host();
        History history = new History(
                Optional.of(CREATED),
                Optional.of("whalebox: the distribution's busybox-static"),
                Optional.empty(),
                Optional.empty(),
                false);
        Blob config = new Blob(new ImageConfig(
                        platform.architecture(),
                        Optional.empty(),
                        ContainerDefaults.NONE.withCmd(List.of("sh")).withEnv(List.of(PATH)),
                        Optional.of(CREATED),
                        Optional.empty(),
                        List.of(history),
                        platform.os(),
                        new RootFs("layers", List.of(layer.diffId())),
                        platform.variant())
                .toJson());
        return store.add(lease, config, PackedManifest.of(config, List.of(layer.blob())));
    }

    private void writeRootFs(OutputStream out, Set<String> applets) throws IOException {
        try (TarWriter tar = new TarWriter(out, CREATED.getEpochSecond());
                InputStream program = Files.newInputStream(busybox)) {
            tar.directory("bin", 0755);
            tar.file("bin/busybox", EXECUTABLE, program, Files.size(busybox));
            for (String applet : applets) {
                tar.hardLink("bin/" + applet, "bin/busybox", EXECUTABLE);
            }
            tar.directory("dev", 0755);
            writeEtc(tar);
            tar.directory("home", 0755);
            tar.directory("proc", 0555);
            tar.directory("root", 0700);
            tar.directory("sys", 0555);
            tar.directory("tmp", 01777);
            tar.directory("usr", 0755);
            tar.directory("usr/bin", 0755);
            // Where scripts look for it.
            tar.symlink("usr/bin/env", "../../bin/env");
            tar.directory("usr/sbin", 0755);
            tar.directory("var", 0755);
            tar.directory("var/spool", 0755);
            tar.directory("var/spool/mail", 0755);
            tar.directory("var/www", 0755);
        }
    }

    private static void writeEtc(TarWriter tar) throws IOException {
        tar.directory("etc", 0755);
        tar.file("etc/group", 0644, """
                root:x:0:
                daemon:x:1:
                bin:x:2:
                sys:x:3:
                adm:x:4:
                tty:x:5:
                disk:x:6:
                mail:x:8:
                wheel:x:10:root
                utmp:x:43:
                www-data:x:33:
                staff:x:50:
                users:x:100:
                nobody:x:65534:
                """);
        tar.directory("etc/network", 0755);
        for (String when : List.of("if-down.d", "if-post-down.d", "if-pre-up.d", "if-up.d")) {
            tar.directory("etc/network/" + when, 0755);
        }
        tar.file("etc/nsswitch.conf", 0644, """
                passwd: files
                group: files
                shadow: files
                hosts: files dns
                networks: files dns
                services: files
                protocols: files
                """);
        tar.file("etc/passwd", 0644, """
                root:x:0:0:root:/root:/bin/sh
                daemon:x:1:1:daemon:/usr/sbin:/bin/false
                bin:x:2:2:bin:/bin:/bin/false
                sys:x:3:3:sys:/dev:/bin/false
                sync:x:4:100:sync:/bin:/bin/sync
                mail:x:8:8:mail:/var/spool/mail:/bin/false
                www-data:x:33:33:www-data:/var/www:/bin/false
                nobody:x:65534:65534:nobody:/home:/bin/false
                """);
        // Nobody logs in with a password.
        tar.file("etc/shadow", 0600, "root:*:::::::\nnobody:*:::::::\n");
    }

    /** In order, so that the image doesn't depend on the program's. */
    private Set<String> applets() throws IOException {
        Process process = new ProcessBuilder(busybox.toString(), "--list")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String list;
        try (InputStream out = process.getInputStream()) {
            list = new String(out.readNBytes(LONGEST_LIST), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
        Set<String> applets = new TreeSet<>();
        list.lines().filter(line -> APPLET.matcher(line).matches()).forEach(applets::add);
        applets.remove("busybox");
        if (!applets.contains("sh")) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION, "it is no busybox with a shell: install the package busybox-static");
        }
        return applets;
    }

    /** A program that needs libraries would fail in the image, which has none, with "not found". */
    private void requireStatic() throws IOException {
        int programHeaders = 32;
        int headerSize = 54;
        int headerCount = 56;
        int interpreter = 3;
        try (InputStream in = Files.newInputStream(busybox)) {
            ByteBuffer elf = ByteBuffer.wrap(in.readNBytes(4096)).order(ByteOrder.LITTLE_ENDIAN);
            if (elf.limit() < 64 || elf.getInt(0) != 0x464c457f) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION, "it is no program: install the package busybox-static");
            }
            long at = elf.getLong(programHeaders);
            for (int i = 0; i < elf.getShort(headerCount) && at >= 0 && at + 4 <= elf.limit(); i++) {
                if (elf.getInt((int) at) == interpreter) {
                    throw new WhaleboxException(
                            ErrorKind.PRECONDITION, "it is linked with libraries: install the package busybox-static");
                }
                at += elf.getShort(headerSize);
            }
        }
    }
}
