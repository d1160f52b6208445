package io.whalebox.cli;

import io.whalebox.image.Reference;
import io.whalebox.image.registry.Progress.Stage;
import java.util.Optional;

/** What Docker calls the stages of a layer, which differs between pull and push. */
enum ProgressWords {
    PULL {
        @Override
        Optional<String> begin(Reference name) {
            return Optional.of(name.tag().orElseGet(name::full) + ": Pulling from " + name.path());
        }

        @Override
        String of(Stage stage) {
            return switch (stage) {
                case WAITING -> "Pulling fs layer";
                case MOVING -> "Downloading";
                case EXTRACTING -> "Extracting";
                case COMPLETE -> "Pull complete";
                case EXISTS -> "Already exists";
            };
        }
    },
    PUSH {
        @Override
        Optional<String> begin(Reference name) {
            return Optional.of("The push refers to repository [" + name.repository() + "]");
        }

        @Override
        String of(Stage stage) {
            return switch (stage) {
                case WAITING -> "Preparing";
                case MOVING, EXTRACTING -> "Pushing";
                case COMPLETE -> "Pushed";
                case EXISTS -> "Layer already exists";
            };
        }
    };

    abstract Optional<String> begin(Reference name);

    abstract String of(Stage stage);
}
