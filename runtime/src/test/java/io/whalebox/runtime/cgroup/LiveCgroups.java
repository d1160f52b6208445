package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.Processes;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Real groups of this machine, whichever version it has, under a parent of our own that is removed after each test. */
abstract class LiveCgroups {
    static final long MIB = 1 << 20;
    static final CgroupPath PARENT =
            CgroupPath.of("/whalebox-test-" + ProcessHandle.current().pid());

    @SuppressWarnings("NullAway.Init")
    Cgroups cgroups;

    @BeforeEach
    void requireRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "making control groups needs root");
        cgroups = Cgroups.ofThisMachine();
        assumeTrue(
                cgroups.hierarchy().mounts().stream().allMatch(mount -> Files.isWritable(Path.of(mount.mountPoint()))),
                "the cgroup file systems are read-only here");
    }

    @AfterEach
    void leaveNothing() {
        if (Processes.effectiveUser() != 0) {
            return;
        }
        for (String name : cgroups.list(PARENT)) {
            Cgroup left = cgroups.find(PARENT.child(name)).orElseThrow();
            left.kill();
            left.remove();
        }
        cgroups.removeEmptyParents();
        assertThat(cgroups.find(PARENT)).isEmpty();
    }

    Cgroup create(String name, Resources resources) {
        return cgroups.create(cgroups.plan(PARENT.child(name), resources));
    }

    boolean unified() {
        return cgroups.hierarchy().mode() == Mode.UNIFIED;
    }

    /** What one of the group's files says, by its name on version 2 and on version 1. */
    String read(Cgroup group, String unifiedName, String legacyName) {
        String name = unified() ? unifiedName : legacyName;
        return group.directories().stream()
                .map(directory -> directory + "/" + name)
                .filter(ControlFiles::exists)
                .map(file -> ControlFiles.read(file).strip())
                .findFirst()
                .orElseThrow();
    }
}
