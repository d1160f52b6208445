package io.whalebox.runtime;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Processes;
import io.whalebox.linux.Spawn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A launcher that was started before there is anything for it to do: starting one takes longer than all that Java does for
 * a container. It ends by itself when this process does.
 */
final class ParkedLauncher implements AutoCloseable {
    private final int pid;
    private final ControlSocket control;
    /** Where the plan belongs ({@code plan.h}). */
    private final ControlSocket door;

    private ParkedLauncher(int pid, ControlSocket control, ControlSocket door) {
        this.pid = pid;
        this.control = control;
        this.door = door;
    }

    static ParkedLauncher start(Fd program) {
        ControlSocket.Pair control = ControlSocket.pair();
        try (Fd theirControl = control.theirs()) {
            return start(program, control.ours(), theirControl);
        } catch (RuntimeException e) {
            control.ours().close();
            throw e;
        }
    }

    private static ParkedLauncher start(Fd program, ControlSocket control, Fd theirControl) {
        ControlSocket.Pair door = ControlSocket.pair();
        // At numbers that the child does not overwrite.
        int above = PlanCompiler.CONTROL_FD + 1;
        try (Fd theirDoor = door.theirs();
                Fd controlled = theirControl.duplicate(above);
                Fd entered = theirDoor.duplicate(above)) {
            int pid = Spawn.start(program, "whalebox", List.of(entered, entered, entered, entered, controlled));
            return new ParkedLauncher(pid, control, door.ours());
        } catch (RuntimeException e) {
            door.ours().close();
            throw e;
        }
    }

    int pid() {
        return pid;
    }

    ControlSocket control() {
        return control;
    }

    /**
     * Gives it what it is to do. Nothing is left to close but its connection then.
     *
     * @param more what it has besides its streams, the plan and its connection
     * @return false when somebody has killed it meanwhile
     */
    boolean begin(List<Fd> streams, Fd plan, List<Fd> more) {
        List<Fd> descriptors = new ArrayList<>(streams);
        descriptors.addAll(more);
        descriptors.add(plan);
        try (door) {
            return door.send(ByteBuffer.allocate(1), descriptors);
        }
    }

    /** Lets it go, which ends it. */
    @Override
    public void close() {
        door.close();
        control.close();
        var _ = Processes.await(pid);
    }
}
