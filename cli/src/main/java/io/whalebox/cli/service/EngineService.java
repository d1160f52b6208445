package io.whalebox.cli.service;

import io.whalebox.linux.Client;
import io.whalebox.linux.ControlListener;
import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Poll;
import io.whalebox.linux.Processes;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves the clients of one run directory until it is stopped, until it was of no use for a while, until a client of
 * another build comes, or until somebody removes its socket.
 *
 * <p>Only one service has the socket at a time: whoever holds the lock on {@code RUN/service/}. One that leaves gives
 * both up first and then serves those to the end that it has begun to serve.
 */
public final class EngineService implements AutoCloseable {
    /** The socket's name within the run directory. */
    public static final String SOCKET = "engine.sock";

    private static final System.Logger LOG = Loggers.named("io.whalebox.cli.service");
    private static final Duration LOOK_AROUND = Duration.ofSeconds(2);

    private final String build;
    private final Path socket;
    private final FileLock lock;
    private final ControlListener listener;
    /** Whether the socket is a service manager's, which goes on listening when this engine leaves. */
    private final boolean inherited;

    private final Usage usage = new Usage();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform()
            .name("client-", 1)
            .inheritInheritableThreadLocals(false)
            .factory());

    /** Runs one command. */
    public interface Commands {
        /** What a client asks for; the result is its exit status. The request is closed by the caller. */
        int run(Request request);

        /** No further clients come, and another process may serve them. */
        void leaving();

        /** Whether there is a reason to stay though no client is served. */
        boolean needed();
    }

    private EngineService(String build, Path socket, FileLock lock, ControlListener listener, boolean inherited) {
        this.inherited = inherited;
        this.build = build;
        this.socket = socket;
        this.lock = lock;
        this.listener = listener;
    }

    /**
     * Takes over a run directory, which exists.
     *
     * @param build the directory of this build, as clients of it say it
     * @param inherited a socket that listens already, from a service manager
     * @return nothing when another process serves it
     */
    public static Optional<EngineService> open(Path run, String build, Optional<ControlListener> inherited) {
        Path socket = run.resolve(SOCKET);
        try {
            Path lockPath = Files.createDirectories(run.resolve("service"));
            Optional<FileLock> lock;
            try (Directory directory = Directory.open(lockPath.toString())) {
                lock = FileLock.tryOn(directory);
            }
            if (lock.isEmpty()) {
                return Optional.empty();
            }
            if (inherited.isEmpty()) {
                // Whoever made it is dead, or the lock would not be ours.
                Files.deleteIfExists(socket);
            }
            ControlListener listener = inherited.orElseGet(() -> ControlListener.at(socket));
            return Optional.of(new EngineService(build, socket, lock.get(), listener, inherited.isPresent()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Serves until it is to leave, and has served everybody to the end.
     *
     * @param idle how long it stays when it is not needed
     */
    public void serve(Commands commands, Duration idle) {
        Thread.ofPlatform().name("look-around").daemon().start(() -> lookAround(commands, idle));
        try {
            for (Optional<ControlSocket> next = accept(); next.isPresent(); next = accept()) {
                ControlSocket client = next.get();
                usage.begin();
                threads.execute(() -> serve(client, commands));
            }
        } finally {
            leave("its socket is closed");
            commands.leaving();
        }
        usage.awaitEnd();
    }

    /** The kernel may be out of descriptors for a moment; a client that left at once is no reason to stop either. */
    private Optional<ControlSocket> accept() {
        while (!leaving.get()) {
            try {
                // Not blocked for ever: a service manager's socket can't be shut to end this.
                if (Poll.await(List.of(listener.fd()), Poll.POLLIN, LOOK_AROUND)) {
                    return listener.accept();
                }
            } catch (LinuxException e) {
                LOG.log(Level.WARNING, "cannot accept a client: {0}", e.getMessage());
                pause(Duration.ofMillis(100));
            }
        }
        return Optional.empty();
    }

    private void serve(ControlSocket socket, Commands commands) {
        try {
            if (socket.peerUser() != 0 && socket.peerUser() != Processes.effectiveUser()) {
                LOG.log(Level.WARNING, "user {0} may not use this engine", socket.peerUser());
                socket.close();
                return;
            }
            Optional<Request> request = Request.receive(socket, threads);
            if (request.isEmpty()) {
                socket.close();
                return;
            }
            try (Request asked = request.get()) {
                if (!asked.build().equals(build)) {
                    leave("a client of another build came");
                    asked.client().restart();
                    return;
                }
                asked.client().listen(new GivesUp(Thread.currentThread()));
                asked.client().exit(commands.run(asked));
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a client could not be served", e);
        } finally {
            usage.end();
            // The interrupt of a client that left late belongs to no later one.
            var _ = Thread.interrupted();
        }
    }

    /** Nobody waits for the command any more: whatever blocks in it ends. */
    private record GivesUp(Thread command) implements Client.Listener {
        @Override
        public void signal(Signal signal) {
            // Clients send none before a command asks for them.
        }

        @Override
        public void gone() {
            command.interrupt();
        }
    }

    private void lookAround(Commands commands, Duration idle) {
        HeapWatch heap = new HeapWatch();
        while (!leaving.get()) {
            pause(LOOK_AROUND);
            heap.look();
            if (!Files.exists(socket)) {
                leave("its socket was removed");
            } else if (usage.idleFor().compareTo(idle) >= 0 && !commands.needed()) {
                leave("nothing was asked of it for " + idle.toMinutes() + " minutes");
            }
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no further clients; those it has begun to serve are served to the end. */
    public void leave(String reason) {
        if (leaving.compareAndSet(false, true)) {
            LOG.log(Level.INFO, "leaving: {0}", reason);
            try {
                if (!inherited) {
                    Files.deleteIfExists(socket);
                    listener.shut();
                }
            } catch (IOException e) {
                throw new WhaleboxException(ErrorKind.INTERNAL, "cannot remove " + socket, e);
            } finally {
                lock.close();
            }
        }
    }

    /** How many clients it serves now. */
    public int clients() {
        return usage.clients();
    }

    @Override
    public void close() {
        leave("it is closed");
        listener.close();
        threads.shutdown();
    }
}
