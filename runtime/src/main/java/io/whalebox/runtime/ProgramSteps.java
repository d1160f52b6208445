package io.whalebox.runtime;

import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;

import io.whalebox.linux.Errno;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Spec.Program;
import java.util.List;

/** The last steps: the working directory, and the program itself. */
final class ProgramSteps {
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int PATH_MAX = 4096;

    /** What behind a directory of {@code $PATH} names that directory or the one above, so no program of that name. */
    private static final List<String> DIRECTORIES = List.of("", ".", "..");

    private ProgramSteps() {}

    static void enterWorkingDirectory(PlanBuilder plan, String directory) {
        plan.about(new Step.Subject.WorkingDirectory(directory), () -> {
            plan.call("go to the working directory " + directory, Syscall.CHDIR, text(directory));
            Cell path = plan.cell("path", PATH_MAX);
            plan.call("see where that is", Syscall.GETCWD, new Argument.Address(path), number(PATH_MAX));
            // The kernel calls a directory outside the root "(unreachable)/…" (CVE-2024-21626).
            plan.add(
                    "make sure that it is inside the root",
                    new Step.Action.Check(new Argument.Load(path, 0), 0xff, '/', true, Errno.EXDEV));
        });
    }

    /** Replaces this process by the program; comes back only as a failure. */
    static void execute(PlanBuilder plan, Program program) {
        plan.call(
                "leave the program no descriptor but its streams",
                Syscall.CLOSE_RANGE,
                number(3),
                new Argument.Immediate(0xffffffffL, "~0"),
                new Argument.Immediate(CLOSE_RANGE_CLOEXEC, "CLOSE_RANGE_CLOEXEC"));
        String name = program.args().getFirst();
        plan.about(new Step.Subject.Program(name), () -> {
            Argument args = Argument.strings(program.args());
            Argument env = Argument.strings(program.env());
            if (name.contains("/")) {
                plan.call("run " + name, Syscall.EXECVE, text(name), args, env);
            } else if (!DIRECTORIES.contains(name)) {
                search(plan, name, args, env, searchPath(program.env()));
            }
            plan.add("find " + name + " in $PATH", new Step.Action.Fail(Errno.ENOENT));
        });
    }

    /**
     * As execvp(3): the first one that can be executed is. Where none can, the second round ends at the first that is
     * there but may not be executed, whose error says more than "not found".
     */
    private static void search(PlanBuilder plan, String name, Argument args, Argument env, List<String> directories) {
        for (boolean last : new boolean[] {false, true}) {
            for (String directory : directories) {
                String path = (directory.isEmpty() ? "." : directory) + "/" + name;
                PlanBuilder.StepBuilder step =
                        plan.call((last ? "run after all " : "run ") + path, Syscall.EXECVE, text(path), args, env);
                step.tolerate(Errno.ENOENT, Errno.ENOTDIR);
                if (!last) {
                    step.tolerate(Errno.EACCES);
                }
            }
        }
    }

    private static List<String> searchPath(List<String> env) {
        String path = "";
        for (String variable : env) {
            if (variable.startsWith("PATH=")) {
                path = variable.substring("PATH=".length());
            }
        }
        return path.isEmpty() ? List.of() : List.of(path.split(":", -1));
    }
}
