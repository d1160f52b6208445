package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A program to run, with what it reads and sees. */
final class Command {
    /** Nothing here takes a tenth of this; a test that hangs says so instead of hanging the build. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<String> words;
    private final Map<String, String> environment;
    private final byte[] input;
    private final Path directory;

    private Command(List<String> words, Map<String, String> environment, byte[] input, Path directory) {
        this.words = words;
        this.environment = environment;
        this.input = input;
        this.directory = directory;
    }

    static Command of(List<String> words) {
        return new Command(List.copyOf(words), Map.of(), new byte[0], Path.of("/"));
    }

    static Command of(String... words) {
        return of(List.of(words));
    }

    List<String> words() {
        return words;
    }

    /** With this beyond the test's own environment. */
    Command environment(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new Command(words, more, input, directory);
    }

    /** With these bytes, and no more, on standard input. */
    Command input(byte[] bytes) {
        return new Command(words, environment, bytes, directory);
    }

    Command input(String text) {
        return input(text.getBytes(StandardCharsets.UTF_8));
    }

    Command in(Path place) {
        return new Command(words, environment, input, place);
    }

    /** Run by another program that takes its words as last arguments. */
    Command through(String... program) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(words);
        return new Command(List.copyOf(all), environment, input, directory);
    }

    /** With what a script prints on standard input, as it prints it. */
    Command typedBy(String script) {
        List<String> piped = new ArrayList<>(
                List.of("bash", "-c", "typing=$1; shift; bash -c \"$typing\" | \"$@\"", "bash", script));
        piped.addAll(words);
        return new Command(List.copyOf(piped), environment, input, directory);
    }

    /** With standard output going to a file or a device. */
    Command outputTo(Path file) {
        List<String> redirected =
                new ArrayList<>(List.of("bash", "-c", "out=$1; shift; exec \"$@\" >\"$out\"", "bash", file.toString()));
        redirected.addAll(words);
        return new Command(List.copyOf(redirected), environment, input, directory);
    }

    /** Runs it to its end. */
    Result run() {
        return start().end();
    }

    Running start() {
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().putAll(environment);
        try {
            return new Running(this, builder.start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How a program ended, and every byte that it wrote. */
    static final class Result {
        private final Command command;
        private final int status;
        private final byte[] output;
        private final byte[] errors;

        private Result(Command command, int status, byte[] output, byte[] errors) {
            this.command = command;
            this.status = status;
            this.output = output;
            this.errors = errors;
        }

        int status() {
            return status;
        }

        byte[] output() {
            return output;
        }

        /** Standard output. */
        String text() {
            return new String(output, StandardCharsets.UTF_8);
        }

        /** Standard error. */
        String complaint() {
            return new String(errors, StandardCharsets.UTF_8);
        }

        Result successful() {
            return endedWith(0);
        }

        Result endedWith(int expected) {
            assertThat(status)
                    .as("status of %s, which printed%n%s%n%s", command.words(), text(), complaint())
                    .isEqualTo(expected);
            return this;
        }

        /** Refused with one line that says so, and nothing on standard output. */
        Result refused(int expected, String... parts) {
            endedWith(expected);
            assertThat(text()).isEmpty();
            assertThat(complaint().lines()).as(complaint()).hasSize(1);
            assertThat(complaint()).contains(parts);
            return this;
        }
    }

    /** A program that runs; its output is collected meanwhile. */
    static final class Running implements AutoCloseable {
        private final Command command;
        private final Process process;
        private final Collected output;
        private final Collected errors;

        private Running(Command command, Process process) {
            this.command = command;
            this.process = process;
            this.output = new Collected(process.getInputStream());
            this.errors = new Collected(process.getErrorStream());
            Thread.startVirtualThread(() -> {
                try (OutputStream stdin = process.getOutputStream()) {
                    stdin.write(command.input);
                } catch (IOException closed) {
                    // The program ended without reading everything, as programs may.
                }
            });
        }

        long pid() {
            return process.pid();
        }

        /** Sends it a signal by its name or number. */
        void signal(String name) {
            Command.of("kill", "-" + name, Long.toString(process.pid())).run().successful();
        }

        /** Waits until standard output holds what is looked for. */
        String await(String part) {
            return output.await(text -> text.contains(part));
        }

        /** Waits until standard output holds what is looked for that many times. */
        String await(String part, int times) {
            return output.await(text -> text.split(Pattern.quote(part), -1).length > times);
        }

        /** What standard output holds now. */
        String soFar() {
            return output.soFar();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        Result end() {
            try {
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            command.words() + " did not end; it printed\n" + output.soFar() + errors.soFar());
                }
            } catch (InterruptedException interruption) {
                throw new IllegalStateException(interruption);
            }
            return new Result(command, process.exitValue(), output.all(), errors.all());
        }

        /** Ends it by force, if it still runs. */
        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** A stream that is read to its end in the background. */
    private static final class Collected {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        Collected(InputStream stream) {
            Thread.startVirtualThread(() -> {
                byte[] buffer = new byte[1 << 16];
                try (stream) {
                    for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                        add(buffer, n);
                    }
                } catch (IOException closed) {
                    // The program was ended by force.
                }
                finish();
            });
        }

        private synchronized void add(byte[] buffer, int count) {
            bytes.write(buffer, 0, count);
            notifyAll();
        }

        private synchronized void finish() {
            end.complete(null);
            notifyAll();
        }

        synchronized String soFar() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        synchronized String await(Predicate<String> wanted) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!wanted.test(soFar())) {
                if (end.isDone() || System.nanoTime() > deadline) {
                    throw new AssertionError("waited in vain; printed was only\n" + soFar());
                }
                try {
                    wait(1000);
                } catch (InterruptedException interruption) {
                    throw new IllegalStateException(interruption);
                }
            }
            return soFar();
        }

        byte[] all() {
            try {
                end.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException late) {
                throw new AssertionError("a program ended but something keeps its output open", late);
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
            synchronized (this) {
                return bytes.toByteArray();
            }
        }
    }
}
