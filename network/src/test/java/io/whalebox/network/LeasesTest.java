package io.whalebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has which address. */
class LeasesTest {
    private static final AddressPool POOL =
            new AddressPool("10.1.0.0/29", Optional.empty(), "10.1.0.1", Map.of("printer", "10.1.0.3"));

    @TempDir
    Path directory;

    private final Set<String> running = ConcurrentHashMap.newKeySet();

    private Leases leases(AddressPool pool) {
        NetworkRecord network = new NetworkRecord(
                "0".repeat(64),
                "home",
                "bridge",
                "2026-01-01T00:00:00Z",
                "wb-0",
                false,
                false,
                false,
                true,
                List.of(pool),
                Map.of(),
                Map.of());
        return new Leases(network, directory, running::contains);
    }

    private Lease of(String container) {
        running.add(container);
        return new Lease(container, List.of(container));
    }

    @Test
    void theLowestFreeAddressIsGivenAndNoneThatIsSomebodyElses() {
        Leases leases = leases(POOL);

        assertThat(IntStream.range(0, 4)
                        .mapToObj(i -> leases.take(POOL, of("c" + i)).toString()))
                .containsExactly("10.1.0.2", "10.1.0.4", "10.1.0.5", "10.1.0.6");
        assertThatThrownBy(() -> leases.take(POOL, of("late")))
                .isInstanceOf(WhaleboxException.class)
                .hasMessage(
                        "no available IPv4 addresses on this network's address pools: home (" + "0".repeat(64) + ")");
    }

    @Test
    void anAddressOfOneThatDoesNotRunIsGivenAgain() {
        Leases leases = leases(POOL);
        IntStream.range(0, 4).forEach(i -> leases.take(POOL, of("c" + i)));
        running.remove("c2");

        assertThat(leases.take(POOL, of("late"))).hasToString("10.1.0.5");
        leases.release(IpAddress.parse("10.1.0.5"), "c2");
        assertThat(leases.list())
                .as("what is another's now is not taken from it")
                .hasSize(4);
    }

    @Test
    void aChosenAddressIsGivenOnceOnly() {
        Leases leases = leases(POOL);
        IpAddress wanted = IpAddress.parse("10.1.0.6");
        leases.take(POOL, wanted, of("first"));

        assertThatThrownBy(() -> leases.take(POOL, wanted, of("second")))
                .isInstanceOf(WhaleboxException.class)
                .hasMessage("Address already in use: 10.1.0.6 on network home is that of container first");
        for (String taken : List.of("10.1.0.1", "10.1.0.3", "10.1.0.0", "10.1.0.7")) {
            assertThatThrownBy(() -> leases.take(POOL, IpAddress.parse(taken), of("third")))
                    .as(taken)
                    .isInstanceOf(WhaleboxException.class);
        }
    }

    @Test
    void manyWhoAskAtOnceGetAnAddressEach() {
        AddressPool large = new AddressPool("10.2.0.0/22", Optional.empty(), "10.2.0.1", Map.of());
        Leases leases = leases(large);

        Set<IpAddress> given = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 400).parallel().forEach(i -> given.add(leases.take(large, of("c" + i))));

        assertThat(given).hasSize(400);
        assertThat(leases.list()).hasSize(400);
    }

    @Test
    void aRangeIsWhereAddressesComeFrom() {
        AddressPool ranged = new AddressPool("10.3.0.0/16", Optional.of("10.3.7.0/30"), "10.3.7.1", Map.of());

        assertThat(leases(ranged).take(ranged, of("c"))).hasToString("10.3.7.0");
    }
}
