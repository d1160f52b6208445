package io.whalebox.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.Processes;
import io.whalebox.linux.netlink.FilterTable.Element;
import io.whalebox.linux.netlink.FilterTable.Hook;
import io.whalebox.linux.netlink.FilterTable.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packet filters, each test in a network namespace of its own. */
class FilterSocketTest {
    private static final FilterTable TABLE = new FilterTable("test");
    private static final Element WEB = new Element(
            new FilterTable.Key().protocol(6).port(8080),
            Optional.of(new FilterTable.Key().address(new byte[] {10, 1, 0, 2}).port(80)));

    @BeforeEach
    void needRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "needs root, to make network namespaces");
    }

    private static void inNamespace(Consumer<FilterSocket> work) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.call(() -> {
                try (FilterSocket filters = FilterSocket.open()) {
                    work.accept(filters);
                }
                return 0;
            });
        }
    }

    private static List<Request> tableWithMap() {
        return List.of(
                TABLE.create(),
                TABLE.set(
                        "ports", List.of(ValueType.PROTOCOL, ValueType.PORT), List.of(ValueType.IPV4, ValueType.PORT)),
                TABLE.set("links", List.of(ValueType.LINK), List.of()),
                TABLE.add("links", List.of(new Element(new FilterTable.Key().link("wbx0"), Optional.empty()))),
                TABLE.chain("published"),
                TABLE.chain("prerouting", "nat", Hook.PREROUTING, -100),
                TABLE.chain("forward", "filter", Hook.FORWARD, 0),
                TABLE.chain("postrouting", "nat", Hook.POSTROUTING, 100));
    }

    @Test
    void theKernelTakesEveryPartOfARule() {
        inNamespace(filters -> {
            filters.execute(tableWithMap());
            filters.execute(List.of(
                    TABLE.rule("prerouting", List.of(Expression.goesToThisHost(), Expression.jump("published"))),
                    TABLE.rule(
                            "published",
                            List.of(
                                    Expression.isOfFamily(false),
                                    Expression.goesToSubnet(new byte[] {127, 0, 0, 0}, 8, "127.0.0.0/8"),
                                    Expression.leaveChain())),
                    TABLE.rule(
                            "published",
                            List.of(Expression.isOfFamily(false), Expression.redirectByPort("ports", false))),
                    TABLE.rule("forward", List.of(Expression.belongsToConnection(), Expression.accept())),
                    TABLE.rule("forward", List.of(Expression.comesFromKind("bridge"), Expression.leaveChain())),
                    TABLE.rule("forward", List.of(Expression.leavesByKind("bridge"), Expression.leaveChain())),
                    TABLE.rule(
                            "forward",
                            List.of(
                                    Expression.leavesByOneOf("links"),
                                    Expression.wasRedirected(),
                                    Expression.accept())),
                    TABLE.rule(
                            "forward",
                            List.of(
                                    Expression.comesFromOneOf("links"),
                                    Expression.comesNotFrom("x"),
                                    Expression.drop())),
                    TABLE.rule(
                            "postrouting",
                            List.of(
                                    Expression.isOfFamily(false),
                                    Expression.comesFromSubnet(new byte[] {10, 1, 0, 0}, 16, "10.1.0.0/16"),
                                    Expression.leavesNotBy("wbx0"),
                                    Expression.masquerade()))));
            assertThat(filters.hasTable("test")).isTrue();
            assertThat(filters.hasChain("test", "published")).isTrue();
            assertThat(filters.hasChain("test", "nothing")).isFalse();
            filters.execute(List.of(TABLE.delete()));
            assertThat(filters.hasTable("test")).isFalse();
        });
    }

    @Test
    void elementsComeAndGo() {
        inNamespace(filters -> {
            filters.execute(tableWithMap());
            filters.execute(List.of(TABLE.add("ports", List.of(WEB))));
            filters.execute(List.of(TABLE.remove("ports", List.of(WEB))));
            assertThatThrownBy(() -> filters.execute(List.of(TABLE.remove("ports", List.of(WEB)))))
                    .isInstanceOfSatisfying(
                            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                    .hasMessageContaining("remove from the set ports");
        });
    }

    @Test
    void aChangeIsMadeAsAWholeOrNotAtAll() {
        inNamespace(filters -> {
            assertThatThrownBy(() -> filters.execute(
                            List.of(TABLE.create(), TABLE.flushChain("nothing"), TABLE.chain("something"))))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("empty the chain nothing");
            assertThat(filters.hasTable("test")).isFalse();
            // Answers to what came after the failure do not disturb the next change.
            filters.execute(tableWithMap());
            assertThat(filters.hasTable("test")).isTrue();
        });
    }

    @Test
    void chainsThatDropWhatIsForwardedAreFound() {
        inNamespace(filters -> {
            filters.execute(tableWithMap());
            assertThat(filters.chainsThatDropForwarded()).isEmpty();

            filters.execute(List.of(TABLE.chain("strict", "filter", Hook.FORWARD, 10, FilterTable.Policy.DROP)));
            assertThat(filters.chainsThatDropForwarded())
                    .containsExactly(new FilterSocket.Chain("inet", "test", "strict"));
        });
    }
}
