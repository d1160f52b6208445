package io.whalebox.cli.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Go's text/template makes of the same templates, with Docker's functions. */
class TemplateTest {
    private static final Value DATA = Value.struct("container")
            .put("Name", "web")
            .put("Id", "0123456789ab")
            .put("Size", 14)
            .put("Ratio", new Value.Real(0.5))
            .put("Up", true)
            .put("Empty", "")
            .put("Nil", Value.nothing())
            .put("Args", Value.of(List.of("sh", "-c", "true")))
            .put("Labels", Value.of(Map.of("b", "2", "a", "1", "x.y", "3")))
            .put(
                    "State",
                    Value.struct("state").put("Status", "running").put("Pid", 7).end())
            .put("Label", new Value.Method(name -> name.equals("a") ? "1" : ""))
            .end();

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '~',
            value = {
                // Text, fields, and fields of fields.
                "plain                                  => plain",
                "{{.Name}}-{{ .Size }}                  => web-14",
                "{{.State.Status}} {{(.State).Pid}}     => running 7",
                "{{.Labels.a}} {{.Labels.none}}         => 1 <no value>",
                "{{.Args}} {{.Labels}}                  => [sh -c true] map[a:1 b:2 x.y:3]",
                "{{.Label \"a\"}}                       => 1",
                "{{$.Name}}{{with .State}}{{.Pid}}{{$.Size}}{{end}} => web714",
                "{{.Ratio}} {{.Up}} {{.Nil}}            => 0.5 true <no value>",
                "a{{/* a comment */}}b                  => ab",
                // Pipelines.
                "{{.Name | upper}}                      => WEB",
                "{{.Name | printf \"%s-%s\" .Id | len}} => 16",
                "{{json .Name}} {{json .Args}}          => \"web\" [\"sh\",\"-c\",\"true\"]",
                "{{.State | json}}                      => {\"Status\":\"running\",\"Pid\":7}",
                "{{json .Labels}} {{json .Nil}}         => {\"a\":\"1\",\"b\":\"2\",\"x.y\":\"3\"} null",
                // Docker's functions.
                "{{join .Args \" \"}}                   => sh -c true",
                "{{title \"two words\"}} {{lower \"ABC\"}} => Two Words abc",
                "{{range split \"a:b:c\" \":\"}}<{{.}}>{{end}} => <a><b><c>",
                "{{truncate .Id 4}} {{truncate .Id 40}} => 0123 0123456789ab",
                "{{pad .Name 1 2}}                      => ~ web  ~",
                // Go's functions.
                "{{index .Args 1}} {{index .Labels \"x.y\"}} => -c 3",
                "{{index .Labels \"none\"}}.            => .",
                "{{len .Args}} {{len .Labels}} {{len .Name}} => 3 3 3",
                "{{slice .Id 2 4}} {{slice .Args 1}}    => 23 [-c true]",
                "{{print 1 2 \"a\" 3}} {{println .Name}}=> ~1 2a3 web\n~",
                "{{printf \"%5d|%-5s|%05d|%q|%v|%x\" 42 \"ab\" 7 \"q\" true 255}} => ~   42|ab   |00007|\"q\"|true|ff~",
                "{{printf \"%.2f%% %s\" .Ratio \"x\"}}  => 0.50% x",
                "{{printf \"%d\" \"x\"}} {{printf \"%s\"}} {{printf \"a\" 1}} => %!d(string=x) %!s(MISSING) a%!(EXTRA int=1)",
                "{{eq .Name \"a\" \"web\"}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt \"b\" \"a\"}} {{ge 1 2}} => true true true true true false",
                "{{and .Up .Name}} {{or .Empty \"else\"}} {{not .Up}} {{and 0 (index .Args 9)}} => web else false 0",
                // Branches and loops.
                "{{if .Up}}up{{else}}down{{end}}        => up",
                "{{if .Empty}}a{{else if eq .Size 14}}b{{else}}c{{end}} => b",
                "{{with .Empty}}a{{else}}{{.Name}}{{end}} => web",
                "{{range .Args}}{{.}},{{end}}           => sh,-c,true,",
                "{{range $i, $a := .Args}}{{$i}}={{$a}} {{end}} => ~0=sh 1=-c 2=true ~",
                "{{range $k, $v := .Labels}}{{$k}}:{{$v}};{{end}} => a:1;b:2;x.y:3;",
                "{{range .Nil}}x{{else}}none{{end}}     => none",
                "{{range 3}}{{.}}{{end}}                => 012",
                "{{range .Args}}{{if eq . \"-c\"}}{{continue}}{{end}}{{.}}{{end}} => shtrue",
                "{{range .Args}}{{if eq . \"-c\"}}{{break}}{{end}}{{.}}{{end}} => sh",
                // Variables.
                "{{$x := .Name}}{{$x}}{{$x = \"b\"}}{{$x}} => webb",
                "{{$n := 0}}{{range .Args}}{{$n = len .}}{{end}}{{$n}} => 4",
                // White space.
                "a  {{- .Name -}}  b                    => awebb",
                "a {{- /* trimmed */ -}} b              => ab",
                "{{ `raw \\n` }} {{\"tab\\tend\"}}      => ~raw \\n tab\tend~",
                "{{'a'}} {{0x10}} {{1.5}} {{-3}}        => 97 16 1.5 -3",
            })
    void isWhatGoMakesOfIt(String template, String expected) {
        assertThat(Template.parse(template).apply(DATA)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '~',
            value = {
                "{{.Name         => template: :1: unclosed action",
                "{{if .Up}}x     => template: :1: unexpected EOF",
                "{{end}}         => template: :1: unexpected {{end}}",
                "{{}}            => template: :1: missing value for command",
                "~{{.Name | }}~  => template: :1: missing value for command",
                "{{nosuch .}}    => template: :1: function \"nosuch\" not defined",
                "{{$x}}          => template: :1: undefined variable \"$x\"",
                "{{\"abc}}       => template: :1: unterminated quoted string",
                "{{(.Name}}      => template: :1: unclosed left paren",
                "{{.Name)}}      => template: :1: unexpected right paren",
                "{{?}}           => template: :1: unrecognized character in action: U+003F '?'",
                "{{break}}       => template: :1: {{break}} outside {{range}}",
                "{{/* x }}       => template: :1: unclosed comment",
                "{{define \"x\"}}=> template: :1: {{define}} is of no use in a format",
            })
    void whatIsMalformedIsSaidAsGoSaysIt(String template, String message) {
        assertRefused(template, "template parsing error: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '~',
            value = {
                "{{.Nmae}}                => :1:2: executing \"\" at <.Nmae>: can't evaluate field Nmae in type container",
                "ab{{.State.Healt}}       => :1:10: executing \"\" at <.State.Healt>: can't evaluate field Healt in type state",
                "{{.Name.X}}              => :1:7: executing \"\" at <.Name.X>: can't evaluate field X in type string",
                "{{.Nil.X}}               => :1:6: executing \"\" at <.Nil.X>: nil data; no entry for key \"X\"",
                "{{join .Args}}           => :1:2: executing \"\" at <join>: wrong number of args for join: want 2 got 1",
                "{{join .Name \",\"}}     => :1:2: executing \"\" at <join>: error calling join: expected slice, got string",
                "{{upper 1}}              => :1:2: executing \"\" at <upper>: wrong type for value; expected string; got int",
                "{{index .Args 9}}        => :1:2: executing \"\" at <index>: error calling index: index out of range: 9",
                "{{len 3}}                => :1:2: executing \"\" at <len>: error calling len: len of type int",
                "{{eq 1 \"a\"}}           => :1:2: executing \"\" at <eq>: error calling eq: incompatible types for comparison",
                "{{range .Name}}{{end}}   => :1:8: executing \"\" at <.Name>: range can't iterate over web",
                "{{.Label}}               => :1:2: executing \"\" at <.Label>: wrong number of args for Label: want 1 got 0",
                "{{.Name \"x\"}}          => :1:2: executing \"\" at <.Name>: Name is not a method but has arguments",
            })
    void whatCannotBeEvaluatedIsSaidAsGoSaysIt(String template, String message) {
        assertRefused(template, "template parsing error: template: " + message);
    }

    @Test
    void amongTheFieldsThatThereAreIsTheOneThatWasMeant() {
        assertThatThrownBy(() -> Template.parse("{{.Nmae}}").apply(DATA)).hasMessageContaining("which has Name, Id");
    }

    @Test
    void nothingFromOutsideMovesATerminalsCursor() {
        Value hostile = Value.struct("row").put("Name", "a\u001b[2Jb").end();

        assertThat(Template.parse("{{.Name}}\t|").apply(hostile)).isEqualTo("a\\x1b[2Jb\t|");
        assertThat(Template.parse("{{json .}}").apply(hostile)).isEqualTo("{\"Name\":\"a\\u001b[2Jb\"}");
    }

    @Test
    void headingsKeepTheNamesOfColumnsWhole() {
        Value names = Value.struct("row")
                .put("ID", "CONTAINER ID")
                .put("Labels", "LABELS")
                .end();

        assertThat(Template.ofFormat(" {{truncate .ID 4}}\\t{{lower .Labels}} ").heading(names))
                .isEqualTo("CONTAINER ID\tLABELS");
    }

    @Test
    void deepNestingIsRefusedAndNotTheParsersEnd() {
        assertRefused("{{" + "(".repeat(100_000) + "1" + ")".repeat(100_000) + "}}", "template parsing error");
        assertRefused("{{if 1}}".repeat(100_000) + "{{end}}".repeat(100_000), "template parsing error");
    }

    private static void assertRefused(String template, String message) {
        assertThatThrownBy(() -> Template.parse(template).apply(DATA))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessageStartingWith(message);
    }
}
