package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final Table TABLE = new Table(
            Table.named("ID", "CONTAINER ID", "Names", "NAMES"),
            List.of("ID", "Names"),
            List.of(row("abc", "first"), row("0123456789abcdef", "sec\u001b[31mond")));

    private static Map<String, String> row(String id, String name) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("ID", id);
        row.put("Names", name);
        return row;
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        assertThat(TABLE.print("")).isEqualTo("""
                CONTAINER ID       NAMES
                abc                first
                0123456789abcdef   sec\\x1b[31mond
                """);
    }

    @Test
    void shortColumnsAreTenWide() {
        Table table = new Table(Table.named("Tag", "TAG", "ID", "ID"), List.of("Tag", "ID"), List.of());
        assertThat(table.print("table")).isEqualTo("TAG       ID\n");
    }

    @Test
    void jsonIsOneObjectALine() {
        assertThat(TABLE.print("json")).isEqualTo("""
                {"ID":"abc","Names":"first"}
                {"ID":"0123456789abcdef","Names":"sec\\u001b[31mond"}
                """);
    }

    @Test
    void templatesTakeFieldsApart() {
        assertThat(TABLE.print("{{.Names}}-{{ json .ID }}\\t|")).startsWith("first-\"abc\"\t|\n");
        assertThat(TABLE.print("{{json .}}")).isEqualTo(TABLE.print("json"));
        assertThat(TABLE.print("table {{.Names}}\\t{{.ID}}"))
                .startsWith("NAMES" + " ".repeat(12) + "CONTAINER ID\nfirst ");
    }

    @Test
    void whatATemplateCannotDoIsSaid() {
        assertThatThrownBy(() -> TABLE.print("{{.Nmaes}}"))
                .hasMessageContaining("can't evaluate field Nmaes in type row, which has ID, Names");
        assertThatThrownBy(() -> TABLE.print("{{.Names")).hasMessageContaining("unclosed action");
    }
}
