package io.whalebox.engine.event;

import io.avaje.jsonb.Json;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that happened, in Docker's terms.
 *
 * @param type {@code container}, {@code image}, {@code volume} or {@code network}
 * @param action such as {@code start}; {@code exec_create: ls} says with what
 * @param id of what it happened to
 * @param attributes such as the name, and with a container its labels
 * @param time nanoseconds since 1970
 */
@Json
public record Event(String type, String action, String id, Map<String, String> attributes, long time) {
    private static final long NANOS = 1_000_000_000L;

    public Event {
        attributes = Map.copyOf(attributes);
    }

    /**
     * One that happens now.
     *
     * @param more names and values of attributes, in turn
     */
    public static Event now(String type, String action, String id, Map<String, String> attributes, String... more) {
        Map<String, String> all = new TreeMap<>(attributes);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        Instant now = Instant.now();
        return new Event(type, action, id, all, now.getEpochSecond() * NANOS + now.getNano());
    }

    /**
     * What unused things are removed by, in one event for all; each has one of its own besides.
     *
     * @param type of what was removed
     * @param bytes that its files had
     */
    public static Event ofPrune(String type, long bytes) {
        return now(type, "prune", "", Map.of(), "reclaimed", String.valueOf(bytes));
    }

    public Instant at() {
        return Instant.ofEpochSecond(time / NANOS, time % NANOS);
    }
}
