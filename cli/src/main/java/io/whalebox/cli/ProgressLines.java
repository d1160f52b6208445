package io.whalebox.cli;

import io.whalebox.image.Reference;
import io.whalebox.image.registry.Progress;
import io.whalebox.storage.Digest;
import java.io.PrintStream;

/** Progress where nobody watches a terminal: a line for each layer that begins and one for each that is done. */
final class ProgressLines implements Progress {
    private final PrintStream out;

    ProgressLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public void begin(Reference name) {
        print(name.tag().orElseGet(name::full) + ": Pulling from " + name.path());
    }

    @Override
    public void stage(Digest layer, Stage stage) {
        switch (stage) {
            case WAITING -> print(layer.shortId() + ": Pulling fs layer");
            case EXTRACTING -> print(layer.shortId() + ": Download complete");
            case COMPLETE -> print(layer.shortId() + ": Pull complete");
            case EXISTS -> print(layer.shortId() + ": Already exists");
            case MOVING, PREPARING, MOUNTED -> {}
        }
    }

    @Override
    public void moved(Digest layer, long bytes, long of) {}

    private synchronized void print(String line) {
        out.println(line);
        out.flush();
    }
}
