package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;
import io.whalebox.image.ImageLoader;
import io.whalebox.image.Platform;
import io.whalebox.storage.UnpackLimits;

/** The engine over the store that the environment names. */
final class Store {
    private Store() {}

    static Engine open(Console console) {
        return console.engines().open(Home.of(console.environment().variables()));
    }

    static ImageLoader loader(Engine engine, Console console) {
        return new ImageLoader(engine.images(), limits(console), Platform.host());
    }

    /** How much an archive may unpack to. */
    static UnpackLimits limits(Console console) {
        return UnpackLimits.of(console.environment().variables());
    }
}
