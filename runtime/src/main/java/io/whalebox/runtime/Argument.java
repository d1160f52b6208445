package io.whalebox.runtime;

import io.whalebox.linux.Constant;
import io.whalebox.linux.RawText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One argument of a kernel request, as data: known before anything runs, or the result of an earlier step.
 *
 * <p>The pointers among them become addresses only when the plan is laid out ({@link PlanEncoding}).
 */
public sealed interface Argument {

    /** For people, in the style of strace(1). */
    String shown();

    /**
     * What stands for it in a step ({@code enum source} of {@code plan.h}); what it points to is placed in the memory.
     *
     * <p>A method of each kind, like {@link Step.Action#operands}, rather than a switch over them: the JDK compiles a
     * switch over types in each process anew, in a millisecond each, and a plan is all that some processes make.
     */
    long encode(PlanMemory memory);

    /** Where the launcher finds the value: in the step itself, unless said otherwise. */
    default int source() {
        return PlanEncoding.FROM_CONSTANT;
    }

    /** A number, with the text that shows it best. */
    record Immediate(long value, String shown) implements Argument {
        @Override
        public long encode(PlanMemory memory) {
            return value;
        }
    }

    /** What an earlier step returned. */
    record Result(Register register) implements Argument {
        @Override
        public String shown() {
            return register.shown();
        }

        @Override
        public long encode(PlanMemory memory) {
            return register.index();
        }

        @Override
        public int source() {
            return PlanEncoding.FROM_REGISTER;
        }
    }

    /** The signed 32-bit word at this place of a cell, read when the step runs. */
    record Load(Cell cell, int offset) implements Argument {
        @Override
        public String shown() {
            return "*" + cell.shown(offset);
        }

        @Override
        public long encode(PlanMemory memory) {
            return memory.address(cell) + offset;
        }

        @Override
        public int source() {
            return PlanEncoding.FROM_MEMORY;
        }
    }

    /** The address of a cell. */
    record Address(Cell cell) implements Argument {
        @Override
        public String shown() {
            return "&" + cell.shown(0);
        }

        @Override
        public long encode(PlanMemory memory) {
            return memory.address(cell);
        }
    }

    /** The address of a C string; the bytes are without the NUL. */
    record Text(Bytes bytes) implements Argument {
        String text() {
            return RawText.of(bytes.copy());
        }

        @Override
        public String shown() {
            return PlanPrinter.quote(bytes.copy());
        }

        @Override
        public long encode(PlanMemory memory) {
            return memory.place(bytes);
        }
    }

    /** The address of these bytes. */
    record Blob(Bytes bytes, String shown) implements Argument {
        @Override
        public long encode(PlanMemory memory) {
            return memory.place(this, bytes::copy);
        }
    }

    /**
     * The address of an array of 64-bit words, each a number or an address: the form of {@code argv} and, on the
     * architectures that Whalebox knows, of most of the kernel's structures.
     */
    record Words(List<Argument> words, String shown) implements Argument {
        public Words {
            words = List.copyOf(words);
        }

        @Override
        public long encode(PlanMemory memory) {
            return memory.place(this, () -> {
                long[] values = new long[words.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = words.get(i).encode(memory);
                }
                ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asLongBuffer().put(values);
                return bytes.array();
            });
        }
    }

    /** Memory that the kernel or a step writes into; cells with different names are different places. */
    record Cell(String name, int size) {
        String shown(int offset) {
            return name + (offset == 0 ? "" : "+" + offset);
        }
    }

    /** A register of the launcher, numbered from 0 in the order in which steps were planned. */
    record Register(int index) {
        String shown() {
            return "r" + index;
        }
    }

    /** An array that is a value: equal when the bytes are. */
    final class Bytes {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] copy() {
            return bytes.clone();
        }

        int size() {
            return bytes.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    static Argument number(long value) {
        return new Immediate(value, Long.toString(value));
    }

    /** A mode, shown in octal as people write it. */
    static Argument mode(int mode) {
        return new Immediate(mode, "0" + Integer.toOctalString(mode));
    }

    static Argument constant(Constant constant) {
        return new Immediate(constant.value(), constant.name());
    }

    static Argument text(String text) {
        return new Text(new Bytes(RawText.bytes(text)));
    }

    static Argument blob(byte[] bytes, String shown) {
        return new Blob(new Bytes(bytes), shown);
    }

    static Argument words(String shown, Argument... words) {
        return new Words(List.of(words), shown);
    }

    /** 32-bit words one after another, for the structures that are made of those. */
    static Argument ints(String shown, int... values) {
        byte[] bytes = new byte[4 * values.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
        return blob(bytes, shown);
    }

    /** A null-terminated array of strings, as {@code execve} takes its arguments and environment. */
    static Argument strings(List<String> strings) {
        List<Argument> words = new ArrayList<>();
        StringBuilder shown = new StringBuilder("[");
        for (String string : strings) {
            Argument text = text(string);
            words.add(text);
            shown.append(shown.length() > 1 ? ", " : "").append(text.shown());
        }
        words.add(number(0));
        return new Words(words, shown.append(']').toString());
    }
}
