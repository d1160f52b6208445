package io.whalebox.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that are written down by some and read by others. */
class EventLogTest {
    @TempDir
    Path run;

    private void publish(String id) {
        EventLog.in(run).publish(Event.now("container", "start", id, Map.of("name", "n"), "more", "m"));
    }

    private List<String> ids() {
        List<String> ids = new ArrayList<>();
        EventLog.in(run).read(Optional.of(Instant.EPOCH), Optional.of(Instant.now()), event -> ids.add(event.id()));
        return ids;
    }

    @Test
    void whatHasHappenedIsReadInItsOrder() {
        publish("first");
        publish("second");

        assertThat(ids()).containsExactly("first", "second");
    }

    @Test
    void aReaderIsTold() throws Exception {
        publish("past");
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Thread reader = Thread.ofPlatform()
                .start(() -> EventLog.in(run).read(Optional.of(Instant.EPOCH), Optional.empty(), seen::add));
        assertThat(seen.take().id()).isEqualTo("past");

        publish("now");

        Event event = seen.take();
        assertThat(event.id()).isEqualTo("now");
        assertThat(event.attributes()).containsExactlyInAnyOrderEntriesOf(Map.of("name", "n", "more", "m"));
        reader.interrupt();
        reader.join();
    }

    @Test
    void aReaderThatIsInterruptedEnds() throws Exception {
        publish("past");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread reader = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, failure) -> thrown.set(failure))
                .start(() -> EventLog.in(run)
                        .read(
                                Optional.of(Instant.EPOCH),
                                Optional.empty(),
                                _ -> Thread.currentThread().interrupt()));
        reader.join();
        assertThat(thrown).hasNullValue();
    }

    @Test
    void theFilesStaySmallAndReadersGoOnFromOneToTheOther() throws Exception {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        publish("begin");
        Thread reader = Thread.ofPlatform()
                .start(() -> EventLog.in(run).read(Optional.of(Instant.EPOCH), Optional.empty(), seen::add));
        assertThat(seen.take().id()).isEqualTo("begin");
        String longName = "x".repeat(2_000);

        List<String> written =
                IntStream.range(0, 600).mapToObj(i -> i + longName).toList();
        for (String id : written) {
            publish(id);
            assertThat(seen.take().id()).isEqualTo(id);
        }

        reader.interrupt();
        reader.join();
        assertThat(Files.size(run.resolve("events/current"))).isLessThan(1 << 20);
        assertThat(Files.size(run.resolve("events/previous"))).isLessThan(1 << 20);
        assertThat(ids()).isNotEmpty().isSubsetOf(written).contains(written.getLast());
    }

    @Test
    void aLineThatWasCutOffIsPassedOver() throws Exception {
        publish("whole");
        Files.writeString(run.resolve("events/current"), "{\"type\":\"cont\n", StandardOpenOption.APPEND);
        publish("after");

        assertThat(ids()).containsExactly("whole", "after");
    }
}
