package io.whalebox.image.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a user has shown to a registry, or nothing. None of them prints its secret. */
public sealed interface Credentials {
    /** Nobody in particular. */
    record Anonymous() implements Credentials {}

    /** A user with a password, or with an access token in its place. */
    record Password(String user, String password) implements Credentials {
        /** As the {@code Authorization} header has it. */
        String header() {
            return "Basic "
                    + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "the password of " + user;
        }
    }

    /** What a token server gave for a password, which it takes in place of that. */
    record IdentityToken(String user, String token) implements Credentials {
        @Override
        public String toString() {
            return "an identity token of " + user;
        }
    }

    /** What a registry itself takes, without asking a token server. */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "a registry token";
        }
    }

    /** Nobody in particular. */
    Credentials NONE = new Anonymous();
}
