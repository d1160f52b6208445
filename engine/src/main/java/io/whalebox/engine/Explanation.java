package io.whalebox.engine;

import io.whalebox.runtime.Plan;
import io.whalebox.runtime.PlanPrinter;
import io.whalebox.runtime.cgroup.CgroupAction;
import java.util.List;

/**
 * What would be done to run a container, without doing it.
 *
 * @param directories that the engine makes
 * @param cgroup how the engine makes the control group
 * @param plan what the launcher does
 * @param warnings what the user asked for and would not get
 */
public record Explanation(List<String> directories, List<CgroupAction> cgroup, Plan plan, List<String> warnings) {
    public Explanation {
        directories = List.copyOf(directories);
        cgroup = List.copyOf(cgroup);
        warnings = List.copyOf(warnings);
    }

    /** In words and as system calls. */
    public String print() {
        StringBuilder out = new StringBuilder("engine:\n");
        directories.forEach(directory ->
                out.append("      make directory ").append(directory).append('\n'));
        for (CgroupAction action : cgroup) {
            out.append("      ")
                    .append(action.reason())
                    .append("\n        ")
                    .append(action.command())
                    .append('\n');
        }
        return out.append(PlanPrinter.print(plan)).toString();
    }
}
