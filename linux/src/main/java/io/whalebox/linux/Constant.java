package io.whalebox.linux;

/** A number of the kernel's with the name that its manual gives it, so that a request can be shown as well as made. */
public record Constant(String name, long value) {

    /** Both sets of bits. */
    public Constant or(Constant other) {
        if (value == 0) {
            return other;
        }
        return other.value == 0 ? this : new Constant(name + "|" + other.name, value | other.value);
    }

    /** The union of some flags; {@code 0} when there are none. */
    public static Constant anyOf(Iterable<Constant> flags) {
        Constant all = new Constant("0", 0);
        for (Constant flag : flags) {
            all = all.or(flag);
        }
        return all;
    }
}
