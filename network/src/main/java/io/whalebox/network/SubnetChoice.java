package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Picks subnets for networks whose user does not mind: Docker's, less what the host and other networks use. */
final class SubnetChoice {
    private static final int LARGE = 16;
    private static final int SMALL = 20;
    private static final int SIX = 64;

    private final List<Subnet> used;

    SubnetChoice(List<Subnet> used) {
        this.used = List.copyOf(used);
    }

    private static Stream<Subnet> candidates() {
        Stream<Subnet> large = IntStream.rangeClosed(17, 31)
                .mapToObj(second -> Subnet.of(IpAddress.parse("172." + second + ".0.0"), LARGE));
        Stream<Subnet> small = IntStream.iterate(0, third -> third < 256, third -> third + 16)
                .mapToObj(third -> Subnet.of(IpAddress.parse("192.168." + third + ".0"), SMALL));
        return Stream.concat(large, small);
    }

    Subnet four() {
        return candidates()
                .filter(this::isFree)
                .findFirst()
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "all predefined address pools have been fully subnetted: choose a subnet by --subnet"));
    }

    /** A random one of those that are nobody's (RFC 4193). */
    Subnet six() {
        while (true) {
            byte[] address = new byte[16];
            address[0] = (byte) 0xfd;
            System.arraycopy(Randomness.bytes(7), 0, address, 1, 7);
            Subnet subnet = Subnet.of(IpAddress.of(address), SIX);
            if (isFree(subnet)) {
                return subnet;
            }
        }
    }

    private boolean isFree(Subnet subnet) {
        return used.stream().noneMatch(subnet::overlaps);
    }
}
