package io.whalebox.cli.template;

import io.whalebox.cli.template.Node.Command;
import io.whalebox.cli.template.Node.Expression;
import io.whalebox.cli.template.Node.Kind;
import io.whalebox.cli.template.Node.Pipeline;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Reads a template's tokens into nodes. */
final class Parser {
    /** Deeper than anybody writes; the parser recurses, and its stack ends. */
    private static final int DEEPEST = 200;

    private final String source;
    private final List<Token> tokens;
    private final Deque<String> variables = new ArrayDeque<>(List.of("$"));
    private int next;
    private int depth;
    private int ranges;

    private Parser(String source) {
        this.source = source;
        this.tokens = Lexer.tokens(source);
    }

    static List<Node> parse(String source) {
        Parser parser = new Parser(source);
        List<Node> nodes = parser.nodes();
        if (!parser.peek().is(Token.Kind.END_OF_TEMPLATE)) {
            throw parser.error("unexpected {{" + parser.peek(1).text() + "}}");
        }
        return nodes;
    }

    /** All up to an {@code end} or {@code else}, which is left. */
    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        while (true) {
            Token token = peek();
            if (token.is(Token.Kind.END_OF_TEMPLATE) || peek(1).isKeyword("end") || peek(1).isKeyword("else")) {
                return nodes;
            }
            next++;
            nodes.add(token.is(Token.Kind.LITERAL) ? new Node.Literal(token.text()) : action());
        }
    }

    private Node action() {
        if (!peek().is(Token.Kind.KEYWORD) || peek().isKeyword("nil")) {
            Pipeline pipeline = pipeline("command");
            end();
            return new Node.Action(pipeline);
        }
        Token keyword = take();
        return switch (keyword.text()) {
            case "if", "with" -> branch(keyword.text());
            case "range" -> range();
            case "break", "continue" -> {
                if (ranges == 0) {
                    throw error("{{" + keyword.text() + "}} outside {{range}}");
                }
                end();
                yield keyword.text().equals("break") ? new Node.Break() : new Node.Continue();
            }
            default -> throw error("{{" + keyword.text() + "}} is of no use in a format");
        };
    }

    private Node branch(String keyword) {
        int scope = variables.size();
        Pipeline pipeline = pipeline(keyword);
        end();
        List<Node> then = body();
        List<Node> otherwise = otherwise(keyword);
        leave(scope);
        return keyword.equals("if") ? new Node.If(pipeline, then, otherwise) : new Node.With(pipeline, then, otherwise);
    }

    private Node range() {
        int scope = variables.size();
        Pipeline pipeline = pipeline("range");
        end();
        ranges++;
        List<Node> body = body();
        ranges--;
        List<Node> otherwise = otherwise("range");
        leave(scope);
        return new Node.Range(pipeline, body, otherwise);
    }

    private List<Node> body() {
        if (++depth > DEEPEST) {
            throw error("it is nested too deeply");
        }
        int scope = variables.size();
        List<Node> body = nodes();
        leave(scope);
        depth--;
        if (peek().is(Token.Kind.END_OF_TEMPLATE)) {
            throw error("unexpected EOF");
        }
        return body;
    }

    /** What stands behind {@code else}, and the {@code end}. */
    private List<Node> otherwise(String keyword) {
        next++;
        if (take().text().equals("end")) {
            end();
            return List.of();
        }
        if (!keyword.equals("range") && peek().isKeyword(keyword)) {
            next++;
            // The end of the inner one is the end of both.
            return List.of(branch(keyword));
        }
        end();
        List<Node> otherwise = body();
        next++;
        if (!take().text().equals("end")) {
            throw error("expected end; found {{else}}");
        }
        end();
        return otherwise;
    }

    private void end() {
        if (!peek().is(Token.Kind.ACTION_END)) {
            throw unexpected("command");
        }
        next++;
    }

    private void leave(int scope) {
        while (variables.size() > scope) {
            variables.removeLast();
        }
    }

    /**
     * @param context names the place in a message
     */
    private Pipeline pipeline(String context) {
        List<String> set = new ArrayList<>();
        boolean declares = false;
        if (assigns(1) || (context.equals("range") && peek(1).is(Token.Kind.COMMA) && assigns(3))) {
            set.add(take().text());
            if (peek().is(Token.Kind.COMMA)) {
                next++;
                set.add(take().text());
            }
            declares = take().is(Token.Kind.DECLARE);
            if (!declares) {
                set.forEach(this::requireVariable);
            }
        }
        List<Command> commands = new ArrayList<>();
        do {
            commands.add(command());
        } while (takeIf(Token.Kind.PIPE));
        for (Command later : commands.subList(1, commands.size())) {
            if (!mayBeCalled(later.first().kind())) {
                throw error("non executable command in pipeline stage " + (commands.indexOf(later) + 1));
            }
        }
        if (declares) {
            // Not before, since its own value can't use it.
            set.forEach(variables::addLast);
        }
        return new Pipeline(set, declares, commands);
    }

    private static boolean mayBeCalled(Kind kind) {
        return switch (kind) {
            case Kind.Function _, Kind.Fields _, Kind.Variable _, Kind.Nested _ -> true;
            case Kind.Dot _, Kind.Constant _ -> false;
        };
    }

    /** Whether a variable stands here and the token that far on sets it. */
    private boolean assigns(int distance) {
        return peek().is(Token.Kind.VARIABLE)
                && (peek(distance).is(Token.Kind.DECLARE) || peek(distance).is(Token.Kind.ASSIGN));
    }

    private Command command() {
        List<Expression> operands = new ArrayList<>();
        while (!peek().is(Token.Kind.PIPE) && !peek().is(Token.Kind.CLOSE) && !peek().is(Token.Kind.ACTION_END)) {
            operands.add(operand());
        }
        if (operands.isEmpty()) {
            throw error("missing value for command");
        }
        return new Command(operands);
    }

    private Expression operand() {
        Expression term = term();
        List<String> fields = new ArrayList<>();
        int position = peek().position();
        StringBuilder text = new StringBuilder(term.text());
        while (peek().is(Token.Kind.FIELD) && !peek().spaced()) {
            text.append(peek().text());
            fields.add(take().text().substring(1));
        }
        if (fields.isEmpty()) {
            return term;
        }
        return switch (term.kind()) {
            case Kind.Constant _, Kind.Function _ ->
                throw error("unexpected . after term " + Quotation.quote(term.text()));
            case Kind.Fields(Optional<Expression> of, List<String> names)
            when of.isEmpty() -> {
                List<String> all = new ArrayList<>(names);
                all.addAll(fields);
                yield new Expression(new Kind.Fields(of, all), position, text.toString());
            }
            default -> new Expression(new Kind.Fields(Optional.of(term), fields), position, text.toString());
        };
    }

    private Expression term() {
        Token token = peek();
        Kind kind = switch (token.kind()) {
            case DOT -> new Kind.Dot();
            case FIELD -> new Kind.Fields(Optional.empty(), List.of(token.text().substring(1)));
            case STRING -> new Kind.Constant(Value.of(token.text()));
            case NUMBER -> new Kind.Constant(number(token));
            case VARIABLE -> {
                requireVariable(token.text());
                yield new Kind.Variable(token.text());
            }
            case IDENTIFIER -> identifier(token.text());
            case OPEN -> {
                next++;
                if (++depth > DEEPEST) {
                    throw error("it is nested too deeply");
                }
                Pipeline nested = pipeline("parenthesized pipeline");
                depth--;
                if (!peek().is(Token.Kind.CLOSE)) {
                    throw unexpected("parenthesized pipeline");
                }
                yield new Kind.Nested(nested);
            }
            case KEYWORD -> {
                if (!token.text().equals("nil")) {
                    throw unexpected("command");
                }
                yield new Kind.Constant(Value.nothing());
            }
            case LITERAL, ACTION_BEGIN, ACTION_END, PIPE, DECLARE, ASSIGN, COMMA, CLOSE, END_OF_TEMPLATE ->
                throw unexpected("operand");
        };
        next++;
        String text = source.substring(token.position(), tokens.get(next - 1).end());
        return new Expression(kind, token.position(), text);
    }

    private Kind identifier(String name) {
        if (name.equals("true") || name.equals("false")) {
            return new Kind.Constant(Value.of(name.equals("true")));
        }
        if (!Functions.isKnown(name)) {
            throw error("function " + Quotation.quote(name) + " not defined");
        }
        return new Kind.Function(name);
    }

    private Value number(Token token) {
        String text = token.text().replace("_", "");
        try {
            return Value.of(Long.decode(text.startsWith("0o") ? "0" + text.substring(2) : text));
        } catch (NumberFormatException e) {
            try {
                return new Value.Real(Double.parseDouble(text));
            } catch (NumberFormatException none) {
                throw TemplateErrors.malformed(
                        source, token.position(), "bad number syntax: " + Quotation.quote(token.text()));
            }
        }
    }

    private void requireVariable(String name) {
        if (!variables.contains(name)) {
            throw error("undefined variable " + Quotation.quote(name));
        }
    }

    private boolean takeIf(Token.Kind kind) {
        boolean is = peek().is(kind);
        if (is) {
            next++;
        }
        return is;
    }

    private Token take() {
        return tokens.get(next++);
    }

    private Token peek() {
        return peek(0);
    }

    private Token peek(int distance) {
        return tokens.get(Math.min(next + distance, tokens.size() - 1));
    }

    private WhaleboxException unexpected(String context) {
        String what = peek().is(Token.Kind.END_OF_TEMPLATE) ? "EOF" : "<" + Quotation.shown(peek().text()) + ">";
        return error("unexpected " + what + " in " + context);
    }

    private WhaleboxException error(String why) {
        return TemplateErrors.malformed(source, peek().position(), why);
    }
}
