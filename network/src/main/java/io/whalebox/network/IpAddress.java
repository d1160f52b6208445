package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** An address of either family, as a value. */
public final class IpAddress implements Comparable<IpAddress> {
    private static final Pattern FOUR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    static IpAddress of(byte[] bytes) {
        return new IpAddress(bytes.clone());
    }

    static IpAddress of(InetAddress address) {
        return new IpAddress(address.getAddress());
    }

    /** The address of this number. */
    static IpAddress of(BigInteger number, boolean six) {
        byte[] all = number.toByteArray();
        byte[] bytes = new byte[six ? 16 : 4];
        int count = Math.min(all.length, bytes.length);
        System.arraycopy(all, all.length - count, bytes, bytes.length - count, count);
        return new IpAddress(bytes);
    }

    /** Reads four numbers with dots, or groups of digits with colons; nothing else, and never asks for a name. */
    public static Optional<IpAddress> find(String text) {
        boolean six = text.indexOf(':') >= 0;
        if (six
                ? text.indexOf('%') >= 0 || text.indexOf('[') >= 0
                : !FOUR.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(six ? Inet6Address.ofLiteral(text) : InetAddress.ofLiteral(text)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static IpAddress parse(String text) {
        return find(text).orElseThrow(() -> new WhaleboxException(ErrorKind.INVALID, "invalid IP address: " + text));
    }

    public boolean isSix() {
        return bytes.length == 16;
    }

    /** Whether it is of the loopback interface. */
    public boolean isLoopback() {
        return inet().isLoopbackAddress();
    }

    /** Whether it stands for all addresses of a host. */
    public boolean isAny() {
        return inet().isAnyLocalAddress();
    }

    byte[] bytes() {
        return bytes.clone();
    }

    BigInteger number() {
        return new BigInteger(1, bytes);
    }

    /** The address so many further on. */
    IpAddress plus(long count) {
        return of(number().add(BigInteger.valueOf(count)), isSix());
    }

    /** For those who listen or connect. */
    public InetAddress inet() {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The hardware address that goes with it: the same for the same address, so that no neighbour remembers another. */
    String mac() {
        byte[] last = isSix() ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
        return "02:42:%02x:%02x:%02x:%02x".formatted(last[0], last[1], last[2], last[3]);
    }

    @Override
    public int compareTo(IpAddress other) {
        return isSix() == other.isSix()
                ? Arrays.compareUnsigned(bytes, other.bytes)
                : Boolean.compare(isSix(), other.isSix());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As people write it; of IPv6 in the one way of RFC 5952. */
    @Override
    public String toString() {
        if (!isSix()) {
            return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
        }
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
