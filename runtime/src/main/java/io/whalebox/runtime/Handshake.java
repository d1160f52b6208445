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
            if (report.get() instanceof Report.Failed failed && failure.isEmpty()) {
                failure = Optional.of(LaunchException.of(plan.steps().get(failed.step()), failed.errno()));
            } else if (report.get() instanceof Report.Note note) {
                terminal = note.descriptors().stream().findFirst();
            } else if (report.get() instanceof Report.Started started && failure.isEmpty()) {
                return new Started(started.pid(), terminal);
            }
            // What else comes follows a failure, and after it the end of the socket. That a program has started may
            // come too: the pipe that tells of it also closes when the process ends before it.
        }
    }
}
