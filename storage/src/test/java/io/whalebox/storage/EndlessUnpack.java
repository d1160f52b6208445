package io.whalebox.storage;

import io.whalebox.linux.WhaleboxException;
import java.nio.file.Path;
import java.util.Optional;

/** A program that unpacks until it is killed or the disk is full, and says so once it has begun and when it ends. */
final class EndlessUnpack {
    private EndlessUnpack() {}

    public static void main(String[] arguments) {
        EndlessArchive archive = new EndlessArchive("directory/file", "x") {
            private boolean said;

            @Override
            public int read(byte[] into, int start, int length) {
                // What was read so far is more than the buffers hold, so some of it is on the disk.
                if (!said && count() > 20_000) {
                    said = true;
                    System.out.println("unpacking");
                }
                return super.read(into, start, length);
            }
        };
        try (LayerStore store = LayerStore.open(Path.of(arguments[0]))) {
            store.unpack(archive, Optional.empty(), UnpackLimits.DEFAULT);
        } catch (WhaleboxException e) {
            System.out.println(e.kind() + " " + e.getMessage());
        }
    }
}
