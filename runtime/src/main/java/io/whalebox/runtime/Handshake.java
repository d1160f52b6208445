package io.whalebox.runtime;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import java.util.Optional;

/** What a launcher reports until the container's program runs. */
final class Handshake {
    private Handshake() {}

    /** The program runs; the terminal is there if the plan made one for this process. */
    record Started(int pid, Optional<Fd> terminal) {}

    /**
     * Waits until the container's program runs.
     *
     * @throws LaunchException when a step failed; the launcher has ended then
     */
    static Started await(Plan plan, ControlSocket control) {
        Optional<LaunchException> failure = Optional.empty();
        Optional<Fd> terminal = Optional.empty();
        while (true) {
            Optional<Report> report = Report.receive(control);
            if (report.isEmpty()) {
                throw failure.orElseGet(LaunchException::launcherDied);
            }
            switch (report.get()) {
                case Report.Failed failed ->
                    failure = Optional.of(failure.orElseGet(
                            () -> LaunchException.of(plan.steps().get(failed.step()), failed.errno())));
                case Report.Note note -> terminal = note.descriptors().stream().findFirst();
                case Report.Started started -> {
                    // The pipe that tells of the start also closes when the process ends before it.
                    if (failure.isEmpty()) {
                        return new Started(started.pid(), terminal);
                    }
                }
                case Report.Exited _, Report.Attached _, Report.Refused _, Report.Detached _, Report.Log _ -> {
                    // After a failure: it has been told, and the end of the socket follows.
                }
            }
        }
    }
}
