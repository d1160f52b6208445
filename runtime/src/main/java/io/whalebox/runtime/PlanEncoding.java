package io.whalebox.runtime;

import io.whalebox.linux.Errno;
import io.whalebox.runtime.Step.Action;
import io.whalebox.runtime.Step.Guard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan as it lies in the launcher's memory: the Java side of {@code plan.h}, whose numbers a test compares with
 * these.
 */
final class PlanEncoding {
    static final long MAGIC = 0x314e4c5058424857L;
    static final long ADDRESS = 0x1000000000L;
    static final int HEADER_SIZE = 24;
    static final int STEP_SIZE = 64;
    static final int ARGUMENTS_OFFSET = 16;
    static final int NO_REGISTER = 0xffff;

    static final int OP_SYSCALL = 0;
    static final int OP_FORK = 1;
    static final int OP_STORE = 2;
    static final int OP_DECIMAL = 3;
    static final int OP_CHECK = 4;
    static final int OP_FAIL = 5;
    static final int OP_REPORT = 6;
    static final int OP_SUPERVISE = 7;
    static final int OP_INIT = 8;
    static final int OP_MONITOR = 9;

    static final int FROM_CONSTANT = 0;
    static final int FROM_REGISTER = 1;
    static final int FROM_MEMORY = 2;

    static final int ALWAYS = 0;
    static final int IF_SUCCEEDED = 1;
    static final int IF_FAILED = 2;

    private final Plan plan;
    private final Map<String, Integer> sectionStarts = new HashMap<>();
    /** Equal texts lie in memory once; of the other arguments each object does. */
    private final Map<Argument.Bytes, Long> texts = new HashMap<>();

    private final IdentityHashMap<Argument, Long> placed = new IdentityHashMap<>();
    private final Map<String, Long> cells = new HashMap<>();
    private byte[] memory = new byte[16 * 1024];
    private ByteBuffer out = littleEndian(memory);

    private PlanEncoding(Plan plan) {
        this.plan = plan;
    }

    /** The bytes of the file that the launcher maps at {@link #ADDRESS}. */
    static byte[] encode(Plan plan) {
        return new PlanEncoding(plan).encode();
    }

    private byte[] encode() {
        List<Step> steps = plan.steps();
        int first = 0;
        for (Plan.Section section : plan.sections()) {
            sectionStarts.put(section.name(), first);
            first += section.steps().size();
        }
        reserve(HEADER_SIZE + STEP_SIZE * steps.size());
        out.position(HEADER_SIZE + STEP_SIZE * steps.size());
        for (int i = 0; i < steps.size(); i++) {
            encode(HEADER_SIZE + STEP_SIZE * i, steps.get(i));
        }
        int size = out.position();
        out.putLong(0, MAGIC);
        out.putLong(8, size);
        out.putInt(16, steps.size());
        out.putInt(20, HEADER_SIZE);
        return Arrays.copyOf(memory, size);
    }

    private void encode(int at, Step step) {
        int op = op(step.action());
        List<Argument> arguments = arguments(step.action());
        int sources = 0;
        for (int i = 0; i < arguments.size(); i++) {
            sources |= source(arguments.get(i)) << (2 * i);
            // Placing an argument can move the buffer, so this goes first and the field after it.
            long value = value(arguments.get(i));
            out.putLong(at + ARGUMENTS_OFFSET + 8 * i, value);
        }
        out.put(at, (byte) op);
        out.put(at + 1, (byte) guard(step.guard()));
        out.putShort(at + 2, (short) guardRegister(step.guard()));
        out.putShort(at + 4, (short)
                step.result().map(Argument.Register::index).orElse(NO_REGISTER).intValue());
        out.putShort(at + 6, (short) sources);
        List<Errno> tolerated = step.tolerated();
        for (int i = 0; i < tolerated.size(); i++) {
            out.put(at + 8 + i, (byte) tolerated.get(i).number());
        }
        if (step.action() instanceof Action.Call call) {
            out.putShort(at + 12, (short) call.call().number());
        }
    }

    private static int op(Action action) {
        return switch (action) {
            case Action.Call _ -> OP_SYSCALL;
            case Action.Fork _ -> OP_FORK;
            case Action.Store _ -> OP_STORE;
            case Action.Decimal _ -> OP_DECIMAL;
            case Action.Check _ -> OP_CHECK;
            case Action.Fail _ -> OP_FAIL;
            case Action.ReportStarted _ -> OP_REPORT;
            case Action.Supervise _ -> OP_SUPERVISE;
            case Action.BeInit _ -> OP_INIT;
            case Action.Monitor _ -> OP_MONITOR;
        };
    }

    private List<Argument> arguments(Action action) {
        return switch (action) {
            case Action.Call call -> call.arguments();
            case Action.Fork fork ->
                List.of(
                        fork.arguments(),
                        Argument.number(fork.size()),
                        Argument.number(sectionStarts.getOrDefault(fork.section(), 0)));
            case Action.Store store -> List.of(Argument.number(address(store.cell()) + store.offset()), store.value());
            case Action.Decimal decimal ->
                List.of(Argument.number(address(decimal.cell()) + decimal.offset()), decimal.value());
            case Action.Check check ->
                List.of(
                        check.value(),
                        Argument.number(check.mask()),
                        Argument.number(check.other()),
                        Argument.number(check.otherwise().number()),
                        Argument.number(check.equal() ? 1 : 0));
            case Action.Fail fail -> List.of(Argument.number(fail.errno().number()));
            case Action.ReportStarted started -> List.of(Argument.number(Report.STARTED), started.pid());
            case Action.Supervise supervise -> List.of(supervise.pid(), supervise.pidfd());
            case Action.BeInit init -> List.of(init.pid());
            case Action.Monitor monitor ->
                List.of(
                        monitor.pid(),
                        Argument.number(monitor.what()),
                        Argument.number(monitor.logBytes()),
                        Argument.number(monitor.logFiles()));
        };
    }

    private static int source(Argument argument) {
        return switch (argument) {
            case Argument.Result _ -> FROM_REGISTER;
            case Argument.Load _ -> FROM_MEMORY;
            case Argument.Immediate _, Argument.Address _, Argument.Text _, Argument.Blob _, Argument.Words _ ->
                FROM_CONSTANT;
        };
    }

    private long value(Argument argument) {
        return switch (argument) {
            case Argument.Immediate immediate -> immediate.value();
            case Argument.Result result -> result.register().index();
            case Argument.Load load -> address(load.cell()) + load.offset();
            case Argument.Address address -> address(address.cell());
            case Argument.Text text ->
                texts.computeIfAbsent(text.bytes(), bytes -> append(terminated(bytes.copy()), 1));
            case Argument.Blob blob -> place(blob, blob.bytes().copy(), 8);
            case Argument.Words words -> place(words);
        };
    }

    private long place(Argument.Words words) {
        Long known = placed.get(words);
        if (known != null) {
            return known;
        }
        List<Long> values = new ArrayList<>();
        for (Argument word : words.words()) {
            values.add(value(word));
        }
        byte[] bytes = new byte[8 * values.size()];
        values.forEach(littleEndian(bytes)::putLong);
        return place(words, bytes, 8);
    }

    private long place(Argument argument, byte[] bytes, int alignment) {
        Long known = placed.get(argument);
        if (known == null) {
            known = append(bytes, alignment);
            placed.put(argument, known);
        }
        return known;
    }

    private long address(Argument.Cell cell) {
        return cells.computeIfAbsent(cell.name(), name -> append(new byte[cell.size()], 8));
    }

    private long append(byte[] bytes, int alignment) {
        int at = (out.position() + alignment - 1) / alignment * alignment;
        reserve(at + bytes.length);
        out.position(at).put(bytes);
        return ADDRESS + at;
    }

    private void reserve(int size) {
        if (size > memory.length) {
            int position = out.position();
            memory = Arrays.copyOf(memory, Math.max(size, 2 * memory.length));
            out = littleEndian(memory).position(position);
        }
    }

    private static int guard(Guard guard) {
        return switch (guard) {
            case Guard.Always _ -> ALWAYS;
            case Guard.IfSucceeded _ -> IF_SUCCEEDED;
            case Guard.IfFailed _ -> IF_FAILED;
        };
    }

    private static int guardRegister(Guard guard) {
        return switch (guard) {
            case Guard.Always _ -> 0;
            case Guard.IfSucceeded succeeded -> succeeded.register().index();
            case Guard.IfFailed failed -> failed.register().index();
        };
    }

    private static byte[] terminated(byte[] text) {
        return Arrays.copyOf(text, text.length + 1);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
