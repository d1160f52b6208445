package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Turns what went wrong while images were added into the one line that a user meets. */
final class StoreFailure {
    private StoreFailure() {}

    /**
     * @param what was attempted, such as {@code load x.tar}
     */
    static RuntimeException of(String what, Throwable failure) {
        return switch (failure) {
            case WhaleboxException e -> new WhaleboxException(e.kind(), "cannot " + what + ": " + e.getMessage(), e);
            case UncheckedIOException e -> of(what, Objects.requireNonNullElse(e.getCause(), e));
            case NoSuchFileException e ->
                new WhaleboxException(ErrorKind.NOT_FOUND, "cannot " + what + ": no such file or directory", e);
            case AccessDeniedException e ->
                new WhaleboxException(ErrorKind.DENIED, "cannot " + what + ": permission denied", e);
            case IOException e
            when String.valueOf(e.getMessage()).contains("No space left on device") ->
                new WhaleboxException(
                        ErrorKind.PRECONDITION, "cannot " + what + ": no space left for the store, free some first", e);
            case IOException e
            when String.valueOf(e.getMessage()).contains("Is a directory") ->
                new WhaleboxException(ErrorKind.INVALID, "cannot " + what + ": it is a directory", e);
            // What remains is the decompressors' way to say that the data is damaged or ends too early.
            case IOException e ->
                new WhaleboxException(
                        ErrorKind.INVALID,
                        "cannot " + what + ": it is damaged or truncated (" + e.getMessage() + ")",
                        e);
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(failure);
        };
    }
}
