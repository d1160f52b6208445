package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.engine.event.Event;
import io.whalebox.image.Image;
import io.whalebox.image.Reference;
import io.whalebox.image.Removed;
import io.whalebox.linux.WhaleboxException;
import java.util.Map;

/** Tells of what commands do to images, with the attributes that Docker's events have. */
record ImageEvents(Engine engine) {
    /** Tells of something that was done to an image. */
    void tell(String action, Image image, String name) {
        engine.eventLog()
                .publish(Event.now(
                        "image",
                        action,
                        image.id().toString(),
                        image.config().config().labels(),
                        "name",
                        name));
    }

    /** The same by its name, which a registry knows it by. */
    void tell(String action, Reference name) {
        try {
            tell(action, engine.images().resolve(name.toString()), name.toString());
        } catch (WhaleboxException e) {
            // Another has removed it just now; what happened has happened.
            engine.eventLog().publish(Event.now("image", action, name.toString(), Map.of(), "name", name.toString()));
        }
    }

    /** Tells of names and images that are gone. */
    void removed(Iterable<Removed> steps, String wanted) {
        for (Removed step : steps) {
            switch (step) {
                case Removed.Untagged(Reference name) ->
                    engine.eventLog().publish(Event.now("image", "untag", wanted, Map.of(), "name", name.toString()));
                case Removed.Deleted(var digest) ->
                    engine.eventLog()
                            .publish(Event.now(
                                    "image", "delete", digest.toString(), Map.of(), "name", digest.toString()));
            }
        }
    }
}
