package io.whalebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and subnets, as people write them and as numbers. */
class SubnetTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "::, ::",
        "::1, ::1",
        "fd00:0:0:0:0:0:0:1, fd00::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "FD00::A, fd00::a"
    })
    void anAddressIsPrintedInOneWay(String text, String printed) {
        assertThat(IpAddress.parse(text)).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "1.2.3", "1.2.3.256", "1.2.3.4.5", "host", "fe80::1%eth0", "[::1]", ":::", "1.2.3.4/8"})
    void whatIsNoAddressIsNone(String text) {
        assertThat(IpAddress.find(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "/8", "fd00::/129"})
    void whatIsNoSubnetIsNone(String text) {
        assertThat(Subnet.find(text)).isEmpty();
    }

    @Test
    void aSubnetKnowsItsEnds() {
        Subnet subnet = Subnet.parse("10.1.2.3/23");

        assertThat(subnet).hasToString("10.1.2.0/23");
        assertThat(subnet.last()).hasToString("10.1.3.255");
        assertThat(subnet.contains(IpAddress.parse("10.1.3.9"))).isTrue();
        assertThat(subnet.contains(IpAddress.parse("10.1.4.0"))).isFalse();
        assertThat(subnet.contains(IpAddress.parse("::1"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.1.0.0/16, 10.0.0.0/8, true",
        "10.1.0.0/16, 10.2.0.0/16, false",
        "0.0.0.0/0, 10.2.0.0/16, true",
        "::/0, 10.2.0.0/16, false"
    })
    void subnetsOverlapWhenOneHoldsTheOther(String one, String other, boolean overlap) {
        assertThat(Subnet.parse(one).overlaps(Subnet.parse(other))).isEqualTo(overlap);
    }

    @Test
    void aChoiceAvoidsWhatIsInUse() {
        SubnetChoice choice = new SubnetChoice(
                List.of(Subnet.parse("172.17.0.0/16"), Subnet.parse("172.18.4.0/24"), Subnet.parse("172.20.0.0/14")));

        assertThat(choice.four()).hasToString("172.19.0.0/16");
        assertThat(choice.six().toString()).startsWith("fd").endsWith("/64");
    }

    @Test
    void aChoiceEndsWhenAllIsInUse() {
        SubnetChoice choice = new SubnetChoice(List.of(Subnet.parse("172.16.0.0/12"), Subnet.parse("192.168.0.0/16")));

        assertThatThrownBy(choice::four)
                .isInstanceOf(WhaleboxException.class)
                .hasMessageContaining("all predefined address pools have been fully subnetted");
    }
}
