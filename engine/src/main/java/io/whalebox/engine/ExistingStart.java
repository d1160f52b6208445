package io.whalebox.engine;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.WhaleboxException;
import java.util.Optional;

/** The start of a container that was made before: its layer, its name and its log go on. */
final class ExistingStart {
    private static final FileName WORK = FileName.of("work");

    private final Engine engine;
    private final String id;

    ExistingStart(Engine engine, String id) {
        this.engine = engine;
        this.id = id;
    }

    /** Because a user wants it; streams are attached to one that runs already. */
    Container byUser(StartOptions start) {
        Optional<ContainerHold.Held> held = new ContainerHold(engine, id).take();
        if (held.isEmpty()) {
            Container running = engine.container(engine.find(id));
            if (engine.isPaused(running.record())) {
                throw new WhaleboxException(ErrorKind.CONFLICT, "cannot start a paused container, try unpause instead");
            }
            start.attachments().forEach(running::attach);
            return running;
        }
        return start(held.get(), start, true, 0);
    }

    /** Because its restart policy wants it; nothing when that is no longer so. */
    Optional<Container> byPolicy(boolean evenIfStopped) {
        Optional<ContainerHold.Held> held = new ContainerHold(engine, id).take();
        if (held.isEmpty()) {
            return Optional.empty();
        }
        ContainerRecord record = held.get().record();
        if (!evenIfStopped && !record.isToRestart()) {
            held.get().mark().close();
            return Optional.empty();
        }
        return Optional.of(start(
                held.get(),
                StartOptions.detached(),
                evenIfStopped,
                record.state().restarts() + 1));
    }

    private Container start(ContainerHold.Held held, StartOptions start, boolean anew, int restarts) {
        ContainerRecord record = held.record();
        Resolved resolved;
        try {
            resolved = engine.resolve(
                    record.spec(),
                    new SpecResolver.Base(
                            record.config().defaults(), engine.files(record).stack()),
                    id,
                    start.console().or(() -> Engine.console(record.spec())));
            engine.containerStore().forgetRun(id, anew);
            emptyWork(record);
        } catch (RuntimeException e) {
            held.mark().close();
            throw e;
        }
        return new ContainerStart(engine, record, resolved, held.mark()).start(start.attachments(), restarts);
    }

    /** The kernel refuses a layer that was last mounted without care for its safety (overlayfs, "volatile"). */
    private void emptyWork(ContainerRecord record) {
        if (!record.autoRemove()) {
            return;
        }
        try (Directory directory = Directory.open(engine.home().container(id).toString())) {
            if (directory.find(WORK).isPresent()) {
                directory.removeTree(WORK);
            }
            directory.mkdir(WORK, 0700);
        }
    }
}
