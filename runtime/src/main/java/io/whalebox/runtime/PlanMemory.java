package io.whalebox.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The memory of a plan while it is laid out: after the steps, what their arguments point to. */
final class PlanMemory {
    private final Map<String, Integer> sectionStarts = new HashMap<>();
    /** Equal texts lie in memory once; of the other arguments each object does. */
    private final Map<Argument.Bytes, Long> texts = new HashMap<>();

    private final IdentityHashMap<Argument, Long> placed = new IdentityHashMap<>();
    private final Map<String, Long> cells = new HashMap<>();
    private byte[] memory = new byte[16 * 1024];
    private ByteBuffer out = littleEndian(memory);

    /**
     * Memory for a plan.
     *
     * @param begin where the steps end
     */
    PlanMemory(Plan plan, int begin) {
        int first = 0;
        for (Plan.Section section : plan.sections()) {
            sectionStarts.put(section.name(), first);
            first += section.steps().size();
        }
        reserve(begin);
        out.position(begin);
    }

    /** The number of a section's first step. */
    int sectionStart(String section) {
        return sectionStarts.getOrDefault(section, 0);
    }

    /** The address of a cell. */
    long address(Argument.Cell cell) {
        Long known = cells.get(cell.name());
        if (known == null) {
            known = append(new byte[cell.size()], 8);
            cells.put(cell.name(), known);
        }
        return known;
    }

    /** The address of a text, with a zero after it. */
    long place(Argument.Bytes text) {
        Long known = texts.get(text);
        if (known == null) {
            known = append(Arrays.copyOf(text.copy(), text.size() + 1), 1);
            texts.put(text, known);
        }
        return known;
    }

    /** The address of what an argument points to, which may place more itself. */
    long place(Argument argument, Supplier<byte[]> bytes) {
        Long known = placed.get(argument);
        if (known == null) {
            known = append(bytes.get(), 8);
            placed.put(argument, known);
        }
        return known;
    }

    private long append(byte[] bytes, int alignment) {
        int at = (out.position() + alignment - 1) / alignment * alignment;
        reserve(at + bytes.length);
        out.position(at).put(bytes);
        return PlanEncoding.ADDRESS + at;
    }

    private void reserve(int size) {
        if (size > memory.length) {
            int position = out.position();
            memory = Arrays.copyOf(memory, Math.max(size, 2 * memory.length));
            out = littleEndian(memory).position(position);
        }
    }

    /** The memory as it is now; what is placed next may move it. */
    ByteBuffer out() {
        return out;
    }

    int size() {
        return out.position();
    }

    byte[] bytes() {
        return Arrays.copyOf(memory, size());
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
