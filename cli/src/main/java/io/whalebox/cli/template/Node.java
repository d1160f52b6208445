package io.whalebox.cli.template;

import java.util.List;
import java.util.Optional;

/** A part of a template that does something when its turn comes. */
sealed interface Node {
    /** Text between the actions. */
    record Literal(String text) implements Node {}

    /** Prints what the pipeline comes to, unless it only sets variables. */
    record Action(Pipeline pipeline) implements Node {}

    record If(Pipeline condition, List<Node> then, List<Node> otherwise) implements Node {}

    record With(Pipeline value, List<Node> then, List<Node> otherwise) implements Node {}

    record Range(Pipeline value, List<Node> body, List<Node> otherwise) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}

    /**
     * Commands, each of which gets what the one before comes to as its last argument.
     *
     * @param variables that are set; {@code range} may set two
     * @param declares whether they are new
     */
    record Pipeline(List<String> variables, boolean declares, List<Command> commands) {}

    /** A function with its arguments, or one value. */
    record Command(List<Expression> operands) {
        Expression first() {
            return operands.getFirst();
        }

        List<Expression> arguments() {
            return operands.subList(1, operands.size());
        }
    }

    /**
     * Something that has a value.
     *
     * @param position for messages
     * @param text as it was written, for messages
     */
    record Expression(Kind kind, int position, String text) {}

    /** What kind of value it is. */
    sealed interface Kind {
        /** What the template, or the {@code range} or {@code with} around, is at. */
        record Dot() implements Kind {}

        record Constant(Value value) implements Kind {}

        record Variable(String name) implements Kind {}

        record Function(String name) implements Kind {}

        /** A pipeline in parentheses. */
        record Nested(Pipeline pipeline) implements Kind {}

        /**
         * Fields of something, one of the other.
         *
         * @param of nothing for those of the dot
         */
        record Fields(Optional<Expression> of, List<String> names) implements Kind {}
    }
}
