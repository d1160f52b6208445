package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** A range of addresses that share their first bits: {@code 172.17.0.0/16}. */
public final class Subnet {
    private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");

    private final IpAddress first;
    private final int prefix;

    private Subnet(IpAddress first, int prefix) {
        this.first = first;
        this.prefix = prefix;
    }

    /** The subnet that an address is in; what is behind its first bits is dropped. */
    static Subnet of(IpAddress address, int prefix) {
        int rest = bits(address) - prefix;
        BigInteger number = address.number().shiftRight(rest).shiftLeft(rest);
        return new Subnet(IpAddress.of(number, address.isSix()), prefix);
    }

    private static int bits(IpAddress address) {
        return address.isSix() ? 128 : 32;
    }

    /** Reads an address with a slash and a number of bits. */
    public static Optional<Subnet> find(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !PREFIX.matcher(text.substring(slash + 1)).matches()) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return IpAddress.find(text.substring(0, slash))
                .filter(address -> prefix <= bits(address))
                .map(address -> of(address, prefix));
    }

    public static Subnet parse(String text) {
        return find(text).orElseThrow(() -> new WhaleboxException(ErrorKind.INVALID, "invalid CIDR address: " + text));
    }

    public int prefix() {
        return prefix;
    }

    public boolean isSix() {
        return first.isSix();
    }

    /** Its lowest address, which names it and is nobody's. */
    IpAddress first() {
        return first;
    }

    /** Its highest address; of IPv4 that which means all. */
    IpAddress last() {
        return IpAddress.of(first.number().add(size()).subtract(BigInteger.ONE), isSix());
    }

    BigInteger size() {
        return BigInteger.ONE.shiftLeft(bits(first) - prefix);
    }

    public boolean contains(IpAddress address) {
        return address.isSix() == isSix() && of(address, prefix).first.equals(first);
    }

    boolean contains(Subnet other) {
        return other.prefix >= prefix && contains(other.first);
    }

    public boolean overlaps(Subnet other) {
        return contains(other) || other.contains(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Subnet that && prefix == that.prefix && first.equals(that.first);
    }

    @Override
    public int hashCode() {
        return 31 * first.hashCode() + prefix;
    }

    @Override
    public String toString() {
        return first + "/" + prefix;
    }
}
