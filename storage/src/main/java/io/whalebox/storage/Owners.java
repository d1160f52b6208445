package io.whalebox.storage;

import java.util.function.IntUnaryOperator;

/**
 * Whose files become when they are copied from one place to another.
 *
 * @param uid of a user where the files are from, the user where they go to
 * @param gid the same of groups
 */
public record Owners(IntUnaryOperator uid, IntUnaryOperator gid) {
    /** Everything stays whose it was. */
    public static final Owners AS_THEY_ARE = new Owners(IntUnaryOperator.identity(), IntUnaryOperator.identity());

    /** Everything becomes one user's. */
    public static Owners all(int uid, int gid) {
        return new Owners(_ -> uid, _ -> gid);
    }

    /** First these, and then what others make of it. */
    public Owners then(Owners next) {
        return new Owners(uid.andThen(next.uid), gid.andThen(next.gid));
    }
}
