package io.whalebox.image.registry;

import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;

/** Turns a registry's refusal into the line that a user meets, in Docker's words. */
final class Refusal {
    private Refusal() {}

    /** Of something about a whole name, such as its manifest. */
    static WhaleboxException of(Answer answer, Reference name) {
        String why = answer.explanation();
        return switch (answer.status()) {
            case 404 ->
                new WhaleboxException(
                        ErrorKind.NOT_FOUND,
                        why.startsWith("name unknown")
                                ? "repository " + name.familiarRepository() + " not found: " + why + ": check the name"
                                : "manifest for " + name + " not found: "
                                        + (answer.method().equals("HEAD") ? "manifest unknown: manifest unknown" : why)
                                        + ": check the name and the tag");
            case 401, 403 ->
                new WhaleboxException(
                        ErrorKind.DENIED,
                        "access denied for " + name.familiarRepository()
                                + ", repository does not exist or may require 'whalebox login': " + why);
            default -> of(answer, name.domain());
        };
    }

    /** Of anything else. */
    static WhaleboxException of(Answer answer, String host) {
        String why = answer.explanation();
        return switch (answer.status()) {
            case 401, 403 ->
                new WhaleboxException(
                        ErrorKind.DENIED, host + " denies access, which may require 'whalebox login': " + why);
            case 404 -> new WhaleboxException(ErrorKind.NOT_FOUND, host + " does not have it: " + why);
            case 407 ->
                new WhaleboxException(
                        ErrorKind.DENIED,
                        "the proxy on the way to " + host + " wants a user and a password (status 407):"
                                + " set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT");
            case 429 ->
                new WhaleboxException(
                        ErrorKind.UNAVAILABLE, host + " asks to come back later: " + why + ": wait, or log in");
            default ->
                new WhaleboxException(
                        ErrorKind.UNAVAILABLE,
                        host + " failed with status " + answer.status() + ": " + why + ": try again later");
        };
    }
}
