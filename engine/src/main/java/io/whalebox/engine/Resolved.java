package io.whalebox.engine;

import io.whalebox.runtime.Spec;
import io.whalebox.runtime.cgroup.CgroupPlan;
import java.util.List;

/**
 * A container with every choice made: what will be asked of the kernel follows from this alone.
 *
 * @param files that are written into its directory before it starts
 * @param cgroup how its control group is made
 * @param process the frame for further programs in it
 * @param warnings what the user asked for and does not get, and why; one sentence each
 */
record Resolved(Spec spec, HostFiles files, CgroupPlan cgroup, ProcessRecord process, List<String> warnings) {
    Resolved {
        warnings = List.copyOf(warnings);
    }
}
