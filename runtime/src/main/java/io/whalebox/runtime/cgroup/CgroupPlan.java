package io.whalebox.runtime.cgroup;

import java.util.List;
import java.util.stream.Stream;

/**
 * How a group will be made, as data: nothing has been touched yet.
 *
 * @param path which group
 * @param parents what the groups above need; done once for all groups beside each other
 * @param group what this group needs, in order
 */
public record CgroupPlan(CgroupPath path, List<CgroupAction> parents, List<CgroupAction> group) {
    public CgroupPlan {
        parents = List.copyOf(parents);
        group = List.copyOf(group);
    }

    /** All of it, in the order in which it happens the first time. */
    public List<CgroupAction> actions() {
        return Stream.concat(parents.stream(), group.stream()).toList();
    }
}
