package io.whalebox.cli;

import io.whalebox.image.Reference;
import io.whalebox.image.registry.Progress;
import io.whalebox.linux.WindowSize;
import io.whalebox.storage.Digest;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Progress on a terminal: a line for each layer that shows how far it is, how fast, and how long it will take, drawn
 * over itself. Of more layers than the window has lines, those at work are shown, and all of them in the end.
 */
final class ProgressBars implements Progress, AutoCloseable {
    private static final int BAR = 25;
    private static final int FALLBACK_ROWS = 24;
    private static final int FALLBACK_COLUMNS = 80;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final double NANOS = 1e9;

    private final PrintStream out;
    private final ProgressWords words;
    private final Supplier<WindowSize> window;
    private final LongSupplier clock;
    private final Map<Digest, Line> lines = new LinkedHashMap<>();
    private int drawn;
    private long drawnAt;

    /**
     * @param clock in nanoseconds, from any moment on
     */
    ProgressBars(PrintStream out, ProgressWords words, Supplier<WindowSize> window, LongSupplier clock) {
        this.out = out;
        this.words = words;
        this.window = window;
        this.clock = clock;
    }

    /** What is known of a layer. */
    private static final class Line {
        private String text;
        private boolean moving;
        private boolean done;
        private long first = -1;
        private long begun;
        private long bytes;
        private long of;

        Line(String text) {
            this.text = text;
        }
    }

    @Override
    public synchronized void begin(Reference name) {
        end();
        words.begin(name).ifPresent(out::println);
        out.flush();
    }

    @Override
    public synchronized void stage(Digest layer, Stage stage) {
        Line line = lines.computeIfAbsent(layer, _ -> new Line(""));
        line.text = words.of(stage);
        line.moving = stage == Stage.MOVING;
        line.done = stage == Stage.COMPLETE || stage == Stage.EXISTS;
        draw(false);
    }

    @Override
    public synchronized void mounted(Digest layer, String repository) {
        Line line = lines.computeIfAbsent(layer, _ -> new Line(""));
        line.text = "Mounted from " + repository;
        line.moving = false;
        line.done = true;
        draw(false);
    }

    @Override
    public synchronized void moved(Digest layer, long bytes, long of) {
        Line line = lines.computeIfAbsent(layer, _ -> new Line(""));
        if (line.first < 0) {
            line.first = bytes;
            line.begun = clock.getAsLong();
        }
        line.text = words.of(Stage.MOVING);
        line.moving = true;
        line.bytes = bytes;
        line.of = of;
        if (clock.getAsLong() - drawnAt >= REDRAW_NANOS) {
            draw(false);
        }
    }

    private void draw(boolean all) {
        WindowSize size = window.get();
        int rows = (size.rows() == 0 ? FALLBACK_ROWS : size.rows()) - 1;
        int columns = size.columns() == 0 ? FALLBACK_COLUMNS : size.columns();
        StringBuilder page = new StringBuilder();
        if (drawn > 0) {
            page.append("\033[").append(drawn).append("A\r");
        }
        List<Map.Entry<Digest, Line>> shown = all || lines.size() <= rows
                ? List.copyOf(lines.entrySet())
                : lines.entrySet().stream()
                        .filter(entry -> !entry.getValue().done)
                        .limit(rows)
                        .toList();
        for (Map.Entry<Digest, Line> entry : shown) {
            String text = text(entry.getKey(), entry.getValue());
            page.append(text, 0, Math.min(text.length(), columns - 1)).append("\033[K\n");
        }
        // What was drawn below and isn't now.
        page.append("\033[J");
        out.print(page);
        out.flush();
        drawn = shown.size();
        drawnAt = clock.getAsLong();
    }

    private String text(Digest layer, Line line) {
        String start = layer.shortId() + ": " + line.text;
        if (!line.moving || line.of == 0) {
            return start;
        }
        int filled = (int) (BAR * line.bytes / line.of);
        String bar = "=".repeat(Math.max(0, filled - 1)) + (filled > 0 ? ">" : "") + " ".repeat(BAR - filled);
        return start + " [" + bar + "]  " + ByteSize.decimal(line.bytes) + "/" + ByteSize.decimal(line.of) + pace(line);
    }

    private String pace(Line line) {
        double seconds = (clock.getAsLong() - line.begun) / NANOS;
        double rate = seconds > 0 ? (line.bytes - line.first) / seconds : 0;
        if (rate < 1) {
            return "";
        }
        long left = Math.round((line.of - line.bytes) / rate);
        String time = left >= 60 ? left / 60 + "m" + left % 60 + "s" : left + "s";
        return "  " + ByteSize.decimal((long) rate) + "/s  " + time;
    }

    /** Leaves every layer's last state on the screen. */
    @Override
    public synchronized void end() {
        if (lines.isEmpty()) {
            return;
        }
        draw(true);
        drawn = 0;
        lines.clear();
    }

    @Override
    public void close() {
        end();
    }
}
