package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

    private static String written(LogFormat format, String message) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        new Log(LogLevel.INFO, format, sink, NOON)
                .write("runtime", Level.INFO, message, Optional.of(new IllegalStateException("no\nway")));
        return sink.toString(StandardCharsets.UTF_8);
    }

    @Test
    void oneEventIsOneLineWhateverIsInIt() {
        assertThat(written(LogFormat.TEXT, "mount \u001b[31m\nforged"))
                .matches("2026-01-01T12:00:00Z info runtime: mount \\\\x1b\\[31m\\\\nforged: "
                        + "java.lang.IllegalStateException: no\\\\nway \\(\\+[0-9]+\\.[0-9]{3} ms\\)\n");
    }

    @Test
    void asJsonItIsAnObject() {
        assertThat(written(LogFormat.JSON, "a \"b\"\n\u2028"))
                .matches(
                        "\\{\"time\":\"2026-01-01T12:00:00Z\",\"level\":\"info\",\"logger\":\"runtime\","
                                + "\"message\":\"a \\\\\"b\\\\\"\\\\n\\\\u2028\","
                                + "\"error\":\"java.lang.IllegalStateException: no\\\\nway\",\"elapsed_ms\":[0-9]+\\.[0-9]{3}}\n");
    }

    @Test
    void aLevelIncludesThoseAboveIt() {
        assertThat(LogLevel.WARN.includes(Level.ERROR)).isTrue();
        assertThat(LogLevel.WARN.includes(Level.WARNING)).isTrue();
        assertThat(LogLevel.WARN.includes(Level.INFO)).isFalse();
        assertThat(LogLevel.OFF.includes(Level.ERROR)).isFalse();
    }

    @Test
    void theLoggersOfTheJdkWriteHere() {
        assertThat(System.getLogger("io.whalebox.cli.test")).isNotNull();
        assertThat(new LineLogger.Finder().getLogger("io.whalebox.runtime", LogTest.class.getModule()))
                .isInstanceOf(LineLogger.class)
                .returns("runtime", System.Logger::getName);
    }

    @Test
    void aThreadThatOutlivesItsCommandLeavesTheCommandsLogAlone() throws Exception {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        CountDownLatch began = new CountDownLatch(1);
        Log.configure(LogLevel.DEBUG, LogFormat.TEXT, Optional.empty(), sink);
        Log ofCommand = Log.current();
        CompletableFuture<Log> later = CompletableFuture.supplyAsync(
                () -> {
                    began.countDown();
                    return await(ofCommand);
                },
                task -> Thread.ofPlatform().start(task));
        began.await();

        Log.forget();

        assertThat(later.get()).isNotSameAs(ofCommand);
        ofCommand.write("runtime", Level.DEBUG, "too late", Optional.empty());
        assertThat(sink.size()).isZero();
    }

    /** The log of this thread, once it is another one. */
    private static Log await(Log before) {
        Log now = Log.current();
        while (now.equals(before)) {
            Thread.onSpinWait();
            now = Log.current();
        }
        return now;
    }
}
