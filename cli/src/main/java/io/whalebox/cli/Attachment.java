package io.whalebox.cli;

import io.whalebox.engine.Streams;
import io.whalebox.linux.Fd;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Pipe;
import io.whalebox.linux.Transfer;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Connects a caller's standard streams with those of a container, which has pipes or a terminal of its own: threads
 * here copy.
 */
final class Attachment implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.cli");

    private final Caller caller;

    /** This side of the container's streams. */
    private final List<Fd> ours = new ArrayList<>();

    private final List<Thread> readers = new ArrayList<>();
    private final AtomicReference<Optional<LinuxException>> failure = new AtomicReference<>(Optional.empty());

    private Attachment(Caller caller) {
        this.caller = caller;
    }

    /** The streams of a container without a terminal: its side, and this one. */
    record Pipes(Streams theirs, Optional<Fd> input, Fd output, Fd error) {
        /**
         * Opens them.
         *
         * @param interactive whether standard input is connected; otherwise the container reads nothing
         */
        static Pipes open(boolean interactive) {
            Optional<Pipe> input = interactive ? Optional.of(Pipe.open()) : Optional.empty();
            Pipe output = Pipe.open();
            Pipe error = Pipe.open();
            Fd theirInput = input.map(Pipe::read).orElseGet(() -> Fd.open("/dev/null", OpenFlags.O_RDONLY));
            return new Pipes(
                    new Streams(theirInput, output.write(), error.write()),
                    input.map(Pipe::write),
                    output.read(),
                    error.read());
        }

        /** After the container has its own copies, or when it could not be started. */
        void closeTheirs() {
            theirs.close();
        }

        void close() {
            theirs.close();
            input.ifPresent(Fd::close);
            output.close();
            error.close();
        }
    }

    /** Copies from and to a container's pipes from now on. */
    static Attachment to(Pipes pipes, Caller caller) {
        Attachment attachment = new Attachment(caller);
        attachment.ours.addAll(List.of(pipes.output(), pipes.error()));
        attachment.readers.add(attachment.start("stdout", () -> attachment.drain(pipes.output(), caller.output())));
        attachment.readers.add(attachment.start("stderr", () -> attachment.drain(pipes.error(), caller.error())));
        pipes.input()
                .ifPresent(theirs -> attachment.start("stdin", () -> {
                    attachment.feed(theirs);
                    theirs.close();
                }));
        return attachment;
    }

    /**
     * Copies from and to a container's terminal from now on.
     *
     * @param hangUp what to do when the user's own terminal is gone
     */
    static Attachment to(Fd terminal, Caller caller, boolean interactive, Runnable hangUp) {
        Attachment attachment = new Attachment(caller);
        attachment.readers.add(attachment.start("terminal", () -> attachment.drain(terminal, caller.output())));
        if (interactive) {
            attachment.start("stdin", () -> {
                attachment.feed(terminal);
                hangUp.run();
            });
        }
        return attachment;
    }

    private Thread start(String name, Runnable copying) {
        return Thread.ofPlatform().name(name).daemon().start(copying);
    }

    /** From the container to the user. When nobody listens any more, the container is to feel that (SIGPIPE). */
    private void drain(Fd source, Fd sink) {
        try {
            if (Transfer.copy(source, sink) == Transfer.End.SINK_CLOSED) {
                LOG.log(Level.DEBUG, "nobody reads {0} any more", sink);
                source.close();
            }
        } catch (LinuxException e) {
            // A full disk, say. The container's next write fails too, and await() tells the user.
            failure.compareAndSet(Optional.empty(), Optional.of(e));
            source.close();
        }
    }

    private void feed(Fd sink) {
        caller.wantInput();
        try {
            Transfer.copy(caller.typed(), sink);
        } catch (LinuxException e) {
            // To the container this is the end of its input, as it would be for a program in a pipeline.
            LOG.log(Level.WARNING, "standard input ended early: {0}", e.getMessage());
        }
    }

    /**
     * Waits until all that the container wrote has been passed on. It must have ended, or this may take for ever.
     *
     * @throws LinuxException when something could not be passed on
     */
    void await() {
        for (Thread reader : readers) {
            boolean interrupted = true;
            while (interrupted) {
                try {
                    reader.join();
                    interrupted = false;
                } catch (InterruptedException e) {
                    // Nobody interrupts this process's threads; output is worth more than haste.
                    LOG.log(Level.DEBUG, "interrupted while output was passed on");
                }
            }
        }
        failure.get().ifPresent(e -> {
            throw e;
        });
    }

    @Override
    public void close() {
        ours.forEach(Fd::close);
    }
}
