/**
 * Control groups: what a container may use, counted and limited for all its processes together.
 *
 * <p>{@link io.whalebox.runtime.cgroup.CgroupHierarchy} says what this machine has mounted: version 2, version 1, or
 * both (hybrid). {@link io.whalebox.runtime.cgroup.Cgroups} is the one door to it:
 *
 * <pre>{@code
 * Cgroups cgroups = Cgroups.ofThisMachine();
 * CheckedResources checked = cgroups.check(Resources.builder().memoryLimit(100 << 20).build());
 * CgroupPlan plan = cgroups.plan(Cgroups.DEFAULT_PARENT.child(id), checked.resources());
 * try (CgroupEntry entry = cgroups.create(plan).entry()) {
 *     // the child is cloned into the group, or writes "0" into each descriptor
 * }
 * }</pre>
 *
 * <p>A {@link io.whalebox.runtime.cgroup.CgroupPlan} is data, the list of every directory and every write with its
 * reason, made without touching anything. A {@link io.whalebox.runtime.cgroup.Cgroup} is the living group.
 */
@NullMarked
package io.whalebox.runtime.cgroup;

import org.jspecify.annotations.NullMarked;
