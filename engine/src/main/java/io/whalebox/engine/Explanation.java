package io.whalebox.engine;

import io.whalebox.image.Image;
import io.whalebox.runtime.Plan;
import io.whalebox.runtime.PlanPrinter;
import io.whalebox.runtime.cgroup.CgroupAction;
import java.nio.file.Path;
import java.util.List;

/**
 * What would be done to run a container, without doing it.
 *
 * @param directories that the engine makes
 * @param cgroup how the engine makes the control group
 * @param plan what the launcher does
 * @param filter the system call filter that the plan loads, one line an instruction; empty without one
 * @param warnings what the user asked for and would not get
 */
public record Explanation(
        List<String> directories, List<CgroupAction> cgroup, Plan plan, List<String> filter, List<String> warnings) {
    public Explanation {
        directories = List.copyOf(directories);
        cgroup = List.copyOf(cgroup);
        filter = List.copyOf(filter);
        warnings = List.copyOf(warnings);
    }

    /** Of a container that there is none of. */
    static Explanation of(Engine engine, ContainerSpec wanted) {
        Image image = engine.images().resolve(wanted.image());
        ContainerSpec spec = new ContainerVolumes(engine)
                .complete(wanted, image.config().config().volumes(), () -> "VOLUME");
        Path directory = engine.home().container("ID");
        SpecResolver.Base base = new SpecResolver.Base(image.config().config(), engine.layerStack(image));
        Resolved resolved = engine.resolve(spec, base, "ID", Engine.console(spec));
        return new Explanation(
                List.of(directory.toString(), directory + "/upper", directory + "/work"),
                resolved.cgroup().actions(),
                NetworkEntry.plan(resolved.spec(), engine.cgroupStart(), spec),
                resolved.spec().protection().seccomp().map(Filters::listing).orElse(List.of()),
                resolved.warnings());
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
            action.details().forEach(line -> indented(out, line));
        }
        out.append(PlanPrinter.print(plan));
        if (!filter.isEmpty()) {
            out.append("system call filter:\n");
            filter.forEach(line -> indented(out, line));
        }
        return out.toString();
    }

    private static void indented(StringBuilder out, String line) {
        out.append("        ").append(line).append('\n');
    }
}
