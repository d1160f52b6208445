package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a group is, from the root of each hierarchy as this machine has it mounted; never the root itself, and never a
 * way out of it.
 */
public final class CgroupPath {
    private static final int NAME_MAX = 255;

    private final List<String> names;

    private CgroupPath(List<String> names) {
        this.names = names;
    }

    /** Reads {@code /whalebox/ID} or, from a {@code --cgroup-parent}, {@code teams/red}, which is {@code /teams/red}. */
    public static CgroupPath of(String path) {
        List<String> names = Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        if (names.isEmpty()) {
            throw invalid(path, "it names no group below the root");
        }
        names.forEach(name -> check(path, name));
        return new CgroupPath(names);
    }

    private static void check(String path, String name) {
        if (name.equals("..")) {
            throw invalid(path, "it may not contain ..");
        }
        // The kernel refuses a line feed, which would forge lines of /proc/PID/cgroup.
        if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw invalid(path.replaceAll("\\p{Cntrl}", "?"), "it may not contain control characters");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_MAX) {
            throw invalid(name.substring(0, 20) + "…", "a name in it is longer than " + NAME_MAX + " bytes");
        }
    }

    private static WhaleboxException invalid(String path, String reason) {
        return new WhaleboxException(ErrorKind.INVALID, "invalid cgroup path \"" + path + "\": " + reason);
    }

    public CgroupPath child(String name) {
        if (name.isEmpty() || name.equals(".") || name.contains("/")) {
            throw invalid(this + "/" + name, "\"" + name + "\" is no name of a group");
        }
        check(this + "/" + name, name);
        List<String> longer = new ArrayList<>(names);
        longer.add(name);
        return new CgroupPath(List.copyOf(longer));
    }

    /** The groups above this one, the highest first. */
    List<CgroupPath> ancestors() {
        List<CgroupPath> ancestors = new ArrayList<>();
        for (int depth = 1; depth < names.size(); depth++) {
            ancestors.add(new CgroupPath(names.subList(0, depth)));
        }
        return ancestors;
    }

    /**
     * The group above; for a group right below the root that is the root, which no other path is.
     */
    CgroupPath parent() {
        return new CgroupPath(names.subList(0, names.size() - 1));
    }

    /** Its last part. */
    public String name() {
        return names.getLast();
    }

    /** The directory of this group in a hierarchy that is mounted here. */
    String under(String mountPoint) {
        return (mountPoint.equals("/") ? "" : mountPoint) + this;
    }

    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CgroupPath path && path.names.equals(names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }
}
