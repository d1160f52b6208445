package io.whalebox.cli.template;

import java.util.List;

/** What {@code eq}, {@code lt} and their kin say: numbers compare with numbers and texts with texts. */
final class Comparison {
    private Comparison() {}

    /** Whether the first is equal to one of the others. */
    static boolean equalsAny(List<Value> values) {
        Value first = values.getFirst();
        return values.stream().skip(1).anyMatch(other -> equal(first, other));
    }

    private static boolean equal(Value one, Value other) {
        if (one instanceof Value.Nothing || other instanceof Value.Nothing) {
            return one.equals(other);
        }
        if (isNumber(one) && isNumber(other)) {
            return order(one, other) == 0;
        }
        if (!one.getClass().equals(other.getClass())) {
            throw new Functions.Refusal("incompatible types for comparison");
        }
        if (!(one instanceof Value.Text) && !(one instanceof Value.Flag)) {
            throw new Functions.Refusal("non-comparable type " + Print.text(one) + ": " + one.type());
        }
        return one.equals(other);
    }

    /** Less than zero if the first comes before the second, and so on. */
    static int order(List<Value> two) {
        return order(two.getFirst(), two.getLast());
    }

    private static int order(Value one, Value other) {
        if (one instanceof Value.Whole(long a) && other instanceof Value.Whole(long b)) {
            return Long.compare(a, b);
        }
        if (isNumber(one) && isNumber(other)) {
            return Double.compare(number(one), number(other));
        }
        if (one instanceof Value.Text(String a) && other instanceof Value.Text(String b)) {
            return a.compareTo(b);
        }
        throw new Functions.Refusal(
                one.getClass().equals(other.getClass())
                        ? "invalid type for comparison"
                        : "incompatible types for comparison");
    }

    private static boolean isNumber(Value value) {
        return value instanceof Value.Whole || value instanceof Value.Real;
    }

    private static double number(Value value) {
        return value instanceof Value.Whole(long whole) ? whole : value instanceof Value.Real(double real) ? real : 0;
    }
}
