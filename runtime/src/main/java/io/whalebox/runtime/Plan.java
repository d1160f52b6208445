package io.whalebox.runtime;

import java.util.List;

/**
 * Everything that will be asked of the kernel to make one container, as a list that can be printed, compared, checked
 * against a rule, and executed by the {@link Launcher}.
 *
 * <p>A plan has sections, one for each process that takes part. The first runs in the launcher itself; the others
 * begin in the child of a {@link Step.Action.Fork}. The last step of a section must not return.
 */
public record Plan(List<Section> sections) {
    public Plan {
        sections = List.copyOf(sections);
    }

    /** The steps of one process. */
    public record Section(String name, List<Step> steps) {
        public Section {
            steps = List.copyOf(steps);
        }
    }

    /** All steps in the order in which the launcher numbers them. */
    public List<Step> steps() {
        return sections.stream().flatMap(section -> section.steps().stream()).toList();
    }
}
