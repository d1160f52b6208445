package io.whalebox.runtime;

import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.linux.OpenFlags.O_DIRECTORY;
import static io.whalebox.linux.OpenFlags.O_PATH;
import static io.whalebox.linux.OpenFlags.RESOLVE_BENEATH;
import static io.whalebox.linux.OpenFlags.RESOLVE_IN_ROOT;
import static io.whalebox.linux.OpenFlags.RESOLVE_NO_MAGICLINKS;
import static io.whalebox.linux.OpenFlags.RESOLVE_NO_SYMLINKS;
import static io.whalebox.runtime.Argument.mode;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.Argument.words;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Constant;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Spec.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Paths inside the container's root. They are resolved by the kernel with that root as the end of the world, and from
 * then on they are descriptors: whatever links an image brings, and whatever changes meanwhile, nothing outside is
 * reached (CVE-2021-30465, CVE-2024-45310).
 */
final class PathSteps {
    /** How a directory is opened that is only to be a place. */
    static final Constant DIRECTORY = new Constant("O_PATH|O_DIRECTORY|O_CLOEXEC", O_PATH | O_DIRECTORY | O_CLOEXEC);

    private static final Constant ANYTHING = new Constant("O_PATH|O_CLOEXEC", O_PATH | O_CLOEXEC);
    private static final Constant IN_ROOT =
            new Constant("RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS", RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

    private PathSteps() {}

    /** Opens what is there; fails with ENOENT, tolerated, where nothing is. */
    static Register find(PlanBuilder plan, Register root, String path) {
        return open(plan, "find " + path, root, path, ANYTHING)
                .tolerate(Errno.ENOENT, Errno.ENOTDIR)
                .result();
    }

    /** Opens a directory that has to be there. */
    static Register directory(PlanBuilder plan, Register root, String path) {
        return open(plan, "find " + path, root, path, DIRECTORY).result();
    }

    /** Opens what has to be there below a directory of the host, with that directory as the root of all links. */
    static Register below(PlanBuilder plan, String directory, String path) {
        Register root = plan.call(
                        "open " + directory,
                        Syscall.OPENAT,
                        Argument.constant(FileConstants.AT_FDCWD),
                        text(directory),
                        Argument.constant(DIRECTORY),
                        number(0))
                .result();
        return open(plan, "find " + path + " in it", root, path, ANYTHING).result();
    }

    /** Opens a directory or file, having made it, and the directories on the way, where they did not exist. */
    static Register require(PlanBuilder plan, Register root, String path, Shape shape) {
        List<String> components = components(path);
        Constant kind = shape == Shape.DIRECTORY ? DIRECTORY : ANYTHING;
        Register target = open(plan, "find " + path, root, path, kind)
                .tolerate(Errno.ENOENT)
                .result();
        Register parent = root;
        for (int i = 1; i < components.size(); i++) {
            parent = requireParent(plan, root, parent, target, components, i);
        }
        Register directory = parent;
        plan.ifFailed(target, () -> {
            make(plan, directory, components.getLast(), path, shape);
            open(plan, "find " + path + " again", root, path, kind).again(target);
        });
        return target;
    }

    /** The same for a directory of the root itself that must not be a symbolic link. */
    static Register requireReal(PlanBuilder plan, Register root, String path) {
        String name = components(path).getFirst();
        Constant noLinks = new Constant("RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH", RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH);
        Register target = open(plan, "find " + path, root, name, DIRECTORY, noLinks)
                .tolerate(Errno.ENOENT)
                .result();
        plan.ifFailed(target, () -> {
            make(plan, root, name, path, Shape.DIRECTORY);
            open(plan, "find " + path + " again", root, name, DIRECTORY, noLinks)
                    .again(target);
        });
        return target;
    }

    /** Makes a directory for the program to start in, unless something is there. */
    static void makeDirectory(PlanBuilder plan, Register root, String path) {
        if (!path.equals("/")) {
            require(plan, root, path, Shape.DIRECTORY);
        }
    }

    /** The first {@code depth} components, where the whole path was not found. */
    private static Register requireParent(
            PlanBuilder plan, Register root, Register above, Register whole, List<String> components, int depth) {
        String path = "/" + String.join("/", components.subList(0, depth));
        List<Register> found = new ArrayList<>(1);
        plan.ifFailed(
                whole,
                () -> found.add(open(plan, "find " + path, root, path, DIRECTORY)
                        .tolerate(Errno.ENOENT)
                        .result()));
        Register directory = found.getFirst();
        plan.ifFailed(directory, () -> {
            make(plan, above, components.get(depth - 1), path, Shape.DIRECTORY);
            open(plan, "find " + path + " again", root, path, DIRECTORY).again(directory);
        });
        return directory;
    }

    private static void make(PlanBuilder plan, Register directory, String name, String path, Shape shape) {
        switch (shape) {
            case DIRECTORY ->
                plan.call("make directory " + path, Syscall.MKDIRAT, result(directory), text(name), mode(0755));
            case FILE ->
                plan.call(
                        "make file " + path,
                        Syscall.MKNODAT,
                        result(directory),
                        text(name),
                        mode((int) FileConstants.S_IFREG.value() | 0644),
                        number(0));
        }
    }

    private static PlanBuilder.StepBuilder open(
            PlanBuilder plan, String label, Register root, String path, Constant flags) {
        return open(plan, label, root, path, flags, IN_ROOT);
    }

    private static PlanBuilder.StepBuilder open(
            PlanBuilder plan, String label, Register root, String path, Constant flags, Constant resolve) {
        return plan.call(
                label,
                Syscall.OPENAT2,
                result(root),
                text(path),
                words(
                        "{flags=" + flags.name() + ", resolve=" + resolve.name() + "}",
                        Argument.constant(flags),
                        number(0),
                        Argument.constant(resolve)),
                number(24));
    }

    /** Without empty parts and {@code .}; {@code ..} has no meaning in a path that is to be made. */
    static List<String> components(String path) {
        List<String> components = new ArrayList<>();
        for (String component : path.split("/", -1)) {
            if (component.equals("..")) {
                throw new IllegalArgumentException("a path in a container can't go up: " + path);
            }
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        if (components.isEmpty()) {
            throw new IllegalArgumentException("the root itself is no mount point");
        }
        return components;
    }
}
