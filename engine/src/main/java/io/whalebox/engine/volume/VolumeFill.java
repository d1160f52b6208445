package io.whalebox.engine.volume;

import io.whalebox.linux.Directory;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.FileName;
import io.whalebox.linux.RegularFile;
import io.whalebox.storage.LayerStack;
import io.whalebox.storage.Owners;
import io.whalebox.storage.TarPipe;
import io.whalebox.storage.TarReader;
import io.whalebox.storage.TreePlacement;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Copies what an image has at the place of a volume into the volume, when it is used for the first time, that is when
 * it is empty. Both ends are walked by descriptors, so no link of an image leads to the host's files (CVE-2022-23648).
 *
 * <p>A mark beside the content tells of a copy that has begun: after a crash the next container copies again, over what
 * is there.
 */
public final class VolumeFill {
    private static final FileName DATA = FileName.of("_data");
    private static final FileName FILLING = FileName.of("filling");

    private final VolumeStore store;
    private final LayerStack image;
    private final Owners owners;

    /**
     * @param image the layers below the container
     * @param owners who the image's users are outside of the container
     */
    public VolumeFill(VolumeStore store, LayerStack image, Owners owners) {
        this.store = store;
        this.image = image;
        this.owners = owners;
    }

    /**
     * Fills a volume, unless it holds something.
     *
     * @param path of the image
     */
    public void fill(Volume volume, String path) {
        switch (VolumeSource.of(volume.name(), volume.options())) {
            case VolumeSource.Own _ -> fillOwn(volume.name(), path);
            case VolumeSource.Bind bind -> {
                try (Directory data = Directory.open(bind.device())) {
                    if (data.list().isEmpty()) {
                        copy(path, data);
                    }
                }
            }
            // What is in memory, or on another machine, is for those who mount it.
            case VolumeSource.FileSystem _ -> {}
        }
    }

    private void fillOwn(String name, String path) {
        try (Directory volume = store.directory(name);
                FileLock _ = FileLock.on(volume);
                Directory data = volume.subdirectory(DATA)) {
            boolean begun = volume.find(FILLING).isPresent();
            if (!begun && !data.list().isEmpty()) {
                return;
            }
            if (!begun) {
                RegularFile.create(volume, FILLING, 0600).close();
            }
            if (!copy(path, data) && data.stat().uid() == 0) {
                // Of the container's root, as Docker has it, also when that is somebody else outside.
                data.chown(
                        FileName.SELF, owners.uid().applyAsInt(0), owners.gid().applyAsInt(0));
            }
            data.syncFileSystem();
            volume.unlink(FILLING);
        }
    }

    /** Returns whether the image has such a directory. */
    private boolean copy(String path, Directory data) {
        AtomicBoolean found = new AtomicBoolean();
        var _ = TarPipe.flow(out -> found.set(image.exportDirectory(path, out)), in -> {
            try (TreePlacement placement = new TreePlacement(data, new byte[0], owners, TreePlacement.Top.REPLACED)) {
                placement.place(new TarReader(in));
            }
        });
        return found.get();
    }
}
