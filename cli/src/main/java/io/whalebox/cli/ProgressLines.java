package io.whalebox.cli;

import io.whalebox.image.Reference;
import io.whalebox.image.registry.Progress;
import io.whalebox.storage.Digest;
import java.io.PrintStream;

/** Progress where nobody watches a terminal: a line for each layer that begins and one for each that is done. */
final class ProgressLines implements Progress {
    private final PrintStream out;
    private final ProgressWords words;

    ProgressLines(PrintStream out, ProgressWords words) {
        this.out = out;
        this.words = words;
    }

    @Override
    public void begin(Reference name) {
        words.begin(name).ifPresent(this::print);
    }

    @Override
    public void stage(Digest layer, Stage stage) {
        switch (stage) {
            case WAITING, COMPLETE, EXISTS -> print(layer.shortId() + ": " + words.of(stage));
            case EXTRACTING -> print(layer.shortId() + ": Download complete");
            // How far it is would be a line for each piece.
            case MOVING -> {}
        }
    }

    @Override
    public void mounted(Digest layer, String repository) {
        print(layer.shortId() + ": Mounted from " + repository);
    }

    @Override
    public void moved(Digest layer, long bytes, long of) {}

    @Override
    public void end() {}

    private synchronized void print(String line) {
        out.println(line);
        out.flush();
    }
}
