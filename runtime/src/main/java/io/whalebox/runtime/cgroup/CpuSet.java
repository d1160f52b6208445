package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Numbers of processors or of memory nodes in the kernel's list format (cpuset(7)), such as {@code 0-2,7}. */
final class CpuSet {
    /** The kernel's own bound is 8192 processors; a larger number in a list could exhaust our memory. */
    private static final int MAX = 8191;

    private final BitSet numbers;

    private CpuSet(BitSet numbers) {
        this.numbers = numbers;
    }

    /**
     * Reads a list; blank text is the empty set.
     *
     * @param what for the message: {@code cpus} or {@code mems}
     */
    static CpuSet parse(String what, String list) {
        BitSet numbers = new BitSet();
        for (String range : list.strip().split(",", -1)) {
            if (list.isBlank()) {
                break;
            }
            String[] ends = range.split("-", -1);
            if (ends.length > 2) {
                throw invalid(what, list);
            }
            int first = number(what, list, ends[0]);
            int last = number(what, list, ends[ends.length - 1]);
            if (first > last) {
                throw invalid(what, list);
            }
            numbers.set(first, last + 1);
        }
        return new CpuSet(numbers);
    }

    private static int number(String what, String list, String text) {
        if (text.isEmpty() || text.length() > 4 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw invalid(what, list);
        }
        int number = Integer.parseInt(text);
        if (number > MAX) {
            throw invalid(what, list);
        }
        return number;
    }

    private static WhaleboxException invalid(String what, String list) {
        return new WhaleboxException(ErrorKind.INVALID, "Invalid value " + list + " for cpuset " + what);
    }

    boolean containsAll(CpuSet others) {
        BitSet missing = (BitSet) others.numbers.clone();
        missing.andNot(numbers);
        return missing.isEmpty();
    }

    int size() {
        return numbers.cardinality();
    }

    /** As the kernel would write it. */
    @Override
    public String toString() {
        return IntStream.range(0, numbers.length())
                .filter(i -> numbers.get(i) && (i == 0 || !numbers.get(i - 1)))
                .mapToObj(first -> {
                    int last = numbers.nextClearBit(first) - 1;
                    return first == last ? Integer.toString(first) : first + "-" + last;
                })
                .collect(Collectors.joining(","));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet set && set.numbers.equals(numbers);
    }

    @Override
    public int hashCode() {
        return numbers.hashCode();
    }
}
