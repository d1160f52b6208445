package io.whalebox.cli.template;

import io.whalebox.cli.template.Node.Command;
import io.whalebox.cli.template.Node.Expression;
import io.whalebox.cli.template.Node.Kind;
import io.whalebox.cli.template.Node.Pipeline;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** One evaluation of a template. */
final class Evaluator {
    private static final int MOST_ROUNDS = 1_000_000;

    private final String source;
    private final boolean heading;
    private final StringBuilder out = new StringBuilder();
    private final List<Variable> variables = new ArrayList<>();

    private static final class Variable {
        private final String name;
        private Value value;

        Variable(String name, Value value) {
            this.name = name;
            this.value = value;
        }
    }

    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    /**
     * @param heading whether it is for the heading of a table, where functions leave names as they are
     */
    Evaluator(String source, boolean heading) {
        this.source = source;
        this.heading = heading;
    }

    String evaluate(List<Node> nodes, Value data) {
        variables.add(new Variable("$", data));
        var _ = all(nodes, data);
        return out.toString();
    }

    private Flow all(List<Node> nodes, Value dot) {
        int scope = variables.size();
        Flow flow = Flow.ON;
        for (int i = 0; i < nodes.size() && flow == Flow.ON; i++) {
            flow = one(nodes.get(i), dot);
        }
        leave(scope);
        return flow;
    }

    private Flow one(Node node, Value dot) {
        switch (node) {
            case Node.Literal(String text) -> out.append(text);
            case Node.Action(Pipeline pipeline) -> {
                Value value = value(pipeline, dot);
                if (pipeline.variables().isEmpty()) {
                    out.append(Quotation.shown(Print.output(value)));
                }
            }
            case Node.If(Pipeline condition, List<Node> then, List<Node> otherwise) -> {
                return scoped(() -> all(value(condition, dot).isTrue() ? then : otherwise, dot));
            }
            case Node.With(Pipeline pipeline, List<Node> then, List<Node> otherwise) -> {
                return scoped(() -> {
                    Value value = value(pipeline, dot);
                    return value.isTrue() ? all(then, value) : all(otherwise, dot);
                });
            }
            case Node.Range range -> {
                return scoped(() -> range(range, dot));
            }
            case Node.Break _ -> {
                return Flow.BREAK;
            }
            case Node.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private interface Scope {
        Flow run();
    }

    private Flow scoped(Scope inner) {
        int scope = variables.size();
        Flow flow = inner.run();
        leave(scope);
        return flow;
    }

    private void leave(int scope) {
        variables.subList(scope, variables.size()).clear();
    }

    private Flow range(Node.Range range, Value dot) {
        List<String> names = range.value().variables();
        Value over = value(new Pipeline(List.of(), false, range.value().commands()), dot);
        Expression expression = range.value().commands().getFirst().first();
        List<Value> keys = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        switch (over) {
            case Value.Nothing _ -> {}
            case Value.Items(List<Value> list) -> {
                LongStream.range(0, list.size()).forEach(i -> keys.add(Value.of(i)));
                values.addAll(list);
            }
            case Value.Dictionary dictionary -> {
                for (Map.Entry<String, Value> entry : dictionary.entries().entrySet()) {
                    keys.add(Value.of(entry.getKey()));
                    values.add(entry.getValue());
                }
            }
            case Value.Whole(long count)
            when count <= MOST_ROUNDS ->
                LongStream.range(0, count).forEach(i -> {
                    keys.add(Value.of(i));
                    values.add(Value.of(i));
                });
            case Value.Whole _, Value.Text _, Value.Real _, Value.Flag _, Value.Struct _, Value.Method _ ->
                throw failed(expression, "range can't iterate over " + Print.text(over));
        }
        if (values.isEmpty()) {
            return all(range.otherwise(), dot);
        }
        names.stream().filter(_ -> range.value().declares()).forEach(name -> variables.add(new Variable(name, over)));
        for (int i = 0; i < values.size(); i++) {
            if (names.size() == 2) {
                set(names.getFirst(), keys.get(i));
            }
            if (!names.isEmpty()) {
                set(names.getLast(), values.get(i));
            }
            if (all(range.body(), values.get(i)) == Flow.BREAK) {
                break;
            }
        }
        return Flow.ON;
    }

    private Value value(Pipeline pipeline, Value dot) {
        Optional<Value> value = Optional.empty();
        for (Command command : pipeline.commands()) {
            value = Optional.of(value(command, dot, value));
        }
        Value result = value.orElseThrow();
        for (String name : pipeline.variables()) {
            if (pipeline.declares()) {
                variables.add(new Variable(name, result));
            } else {
                set(name, result);
            }
        }
        return result;
    }

    /** A command, with what comes through the pipe as its last argument. */
    private Value value(Command command, Value dot, Optional<Value> piped) {
        Expression first = command.first();
        return switch (first.kind()) {
            case Kind.Function(String name)
            when Functions.LAZY.contains(name) -> lazy(first, name, command.arguments(), dot, piped);
            case Kind.Function(String name) -> call(first, name, arguments(command, dot, piped));
            case Kind.Fields(Optional<Expression> of, List<String> names) -> {
                Value from = of.isPresent() ? value(of.get(), dot) : dot;
                yield fields(first, from, names, arguments(command, dot, piped));
            }
            case Kind.Dot _, Kind.Constant _, Kind.Variable _, Kind.Nested _ -> {
                if (!command.arguments().isEmpty() || piped.isPresent()) {
                    throw failed(first, "can't give argument to non-function " + first.text());
                }
                yield value(first, dot);
            }
        };
    }

    private List<Value> arguments(Command command, Value dot, Optional<Value> piped) {
        List<Value> arguments = new ArrayList<>();
        command.arguments().forEach(argument -> arguments.add(value(argument, dot)));
        piped.ifPresent(arguments::add);
        return arguments;
    }

    /** {@code and} ends at what is false, {@code or} at what is true. */
    private Value lazy(Expression function, String name, List<Expression> arguments, Value dot, Optional<Value> piped) {
        boolean until = name.equals("or");
        Optional<Value> last = Optional.empty();
        for (Expression argument : arguments) {
            last = Optional.of(value(argument, dot));
            if (last.get().isTrue() == until) {
                return last.get();
            }
        }
        Optional<Value> result = piped.isPresent() ? piped : last;
        return result.orElseThrow(
                () -> failed(function, "wrong number of args for " + name + ": want at least 1 got 0"));
    }

    private Value value(Expression expression, Value dot) {
        return switch (expression.kind()) {
            case Kind.Dot _ -> dot;
            case Kind.Constant(Value value) -> value;
            case Kind.Variable(String name) -> variable(name).value;
            case Kind.Function(String name)
            when Functions.LAZY.contains(name) -> lazy(expression, name, List.of(), dot, Optional.empty());
            case Kind.Function(String name) -> call(expression, name, List.of());
            case Kind.Nested(Pipeline pipeline) -> value(pipeline, dot);
            case Kind.Fields(Optional<Expression> of, List<String> names) ->
                fields(expression, of.isPresent() ? value(of.get(), dot) : dot, names, List.of());
        };
    }

    private Value call(Expression function, String name, List<Value> arguments) {
        Functions.wrongCount(name, arguments.size()).ifPresent(why -> {
            throw failed(function, why);
        });
        try {
            return Functions.call(name, arguments, heading);
        } catch (Functions.Refusal e) {
            String why = String.valueOf(e.getMessage());
            throw failed(function, why.startsWith("wrong type") ? why : "error calling " + name + ": " + why);
        }
    }

    /**
     * Fields one of the other.
     *
     * @param arguments for the last, which is a method if there are any
     */
    private Value fields(Expression expression, Value from, List<String> names, List<Value> arguments) {
        Value value = from;
        for (int i = 0; i < names.size(); i++) {
            value = field(expression, value, names.get(i), i == names.size() - 1 ? arguments : List.of());
        }
        return value;
    }

    private Value field(Expression expression, Value of, String name, List<Value> arguments) {
        Value value = switch (of) {
            case Value.Struct struct ->
                Optional.ofNullable(struct.fields().get(name)).orElseThrow(() -> unknown(expression, struct, name));
            case Value.Dictionary dictionary -> dictionary.entries().getOrDefault(name, Value.nothing());
            case Value.Nothing _ -> throw failed(expression, "nil data; no entry for key " + Quotation.quote(name));
            case Value.Text _, Value.Whole _, Value.Real _, Value.Flag _, Value.Items _, Value.Method _ ->
                throw failed(expression, "can't evaluate field " + name + " in type " + of.type());
        };
        if (value instanceof Value.Method method) {
            return answer(expression, method, name, arguments);
        }
        if (!arguments.isEmpty()) {
            throw failed(expression, name + " is not a method but has arguments");
        }
        return value;
    }

    private Value answer(Expression expression, Value.Method method, String name, List<Value> arguments) {
        if (heading) {
            return Value.of(name);
        }
        if (arguments.size() != 1) {
            throw failed(expression, "wrong number of args for " + name + ": want 1 got " + arguments.size());
        }
        if (!(arguments.getFirst() instanceof Value.Text(String text))) {
            throw failed(
                    expression,
                    "wrong type for value; expected string; got "
                            + arguments.getFirst().type());
        }
        return Value.of(method.answer().apply(text));
    }

    private WhaleboxException unknown(Expression expression, Value.Struct struct, String name) {
        return failed(
                expression,
                "can't evaluate field " + name + " in type " + struct.type() + ", which has "
                        + String.join(", ", struct.fields().keySet()));
    }

    private Variable variable(String name) {
        for (Variable variable : variables.reversed()) {
            if (variable.name.equals(name)) {
                return variable;
            }
        }
        throw new IllegalStateException("the parser let the variable " + name + " pass");
    }

    private void set(String name, Value value) {
        variable(name).value = value;
    }

    private WhaleboxException failed(Expression expression, String why) {
        return TemplateErrors.failed(source, expression.position(), expression.text(), Quotation.shown(why));
    }
}
