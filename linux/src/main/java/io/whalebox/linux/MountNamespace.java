package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Work in a mount namespace of its own (unshare(2)), where mounts can be made that nobody else ever sees. A thread is
 * made for it, since a namespace belongs to a thread, and with that thread the mounts are gone.
 */
public final class MountNamespace {
    private static final int AT_RECURSIVE = (int) MountConstants.AT_RECURSIVE.value();
    private static final int ATTRIBUTES_SIZE = 32;
    private static final int PROPAGATION_OFFSET = 16;

    private MountNamespace() {}

    /** Does some work there, and waits for it. What it opens can be used for as long as the work lasts. */
    public static <T> T within(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("mount-namespace")
                .inheritInheritableThreadLocals(false)
                .daemon()
                .start(() -> {
                    try {
                        enter();
                        result.complete(work.get());
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                });
        try {
            return result.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    private static void enter() {
        Kernel.call(Syscall.UNSHARE, "mount namespace", ProcessConstants.CLONE_NEWNS.value());
        try (Arena arena = Arena.ofConfined()) {
            // What is mounted here must not spread to the host's namespace.
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
            Fields.setLong(attributes, PROPAGATION_OFFSET, MountConstants.MS_SLAVE.value());
            Kernel.call(
                    Syscall.MOUNT_SETATTR,
                    "/",
                    Kernel.AT_FDCWD,
                    Kernel.string(arena, "/").address(),
                    AT_RECURSIVE,
                    attributes.address(),
                    ATTRIBUTES_SIZE);
        }
    }

    /**
     * Mounts a file system on a directory (mount(2)).
     *
     * @param data the file system's own options, separated by commas
     */
    public static void mount(String type, String source, String target, String data) {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    Syscall.MOUNT,
                    target,
                    Kernel.string(arena, source).address(),
                    Kernel.string(arena, target).address(),
                    Kernel.string(arena, type).address(),
                    0,
                    Kernel.string(arena, data).address());
        }
    }

    /**
     * Shows what a path of the host leads to at another place as well, with what is mounted below it (open_tree(2),
     * move_mount(2)).
     *
     * @param target an open file or directory
     * @param writable whether it can be written to there
     */
    public static void bind(String source, Fd target, boolean writable) {
        int clone = (int) (MountConstants.OPEN_TREE_CLONE.value() | MountConstants.OPEN_TREE_CLOEXEC.value());
        int empty =
                (int) (MountConstants.MOVE_MOUNT_F_EMPTY_PATH.value() | MountConstants.MOVE_MOUNT_T_EMPTY_PATH.value());
        try (Arena arena = Arena.ofConfined();
                Fd tree = Fd.owning((int) Kernel.call(
                        Syscall.OPEN_TREE,
                        source,
                        Kernel.AT_FDCWD,
                        Kernel.string(arena, source).address(),
                        clone | AT_RECURSIVE))) {
            long nothing = Kernel.string(arena, "").address();
            if (!writable) {
                MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
                Fields.setLong(attributes, 0, MountConstants.MOUNT_ATTR_RDONLY.value());
                Kernel.call(
                        Syscall.MOUNT_SETATTR,
                        source,
                        tree.number(),
                        nothing,
                        Kernel.AT_EMPTY_PATH | AT_RECURSIVE,
                        attributes.address(),
                        ATTRIBUTES_SIZE);
            }
            Kernel.call(Syscall.MOVE_MOUNT, source, tree.number(), nothing, target.number(), nothing, empty);
        }
    }
}
