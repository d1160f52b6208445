package io.whalebox.runtime;

import io.whalebox.linux.Errno;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Step.Action;
import java.nio.ByteBuffer;
import java.util.List;

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

    private PlanEncoding() {}

    /** The bytes of the file that the launcher maps at {@link #ADDRESS}. */
    static byte[] encode(Plan plan) {
        List<Step> steps = plan.steps();
        PlanMemory memory = new PlanMemory(plan, HEADER_SIZE + STEP_SIZE * steps.size());
        for (int i = 0; i < steps.size(); i++) {
            encode(steps.get(i), HEADER_SIZE + STEP_SIZE * i, memory);
        }
        memory.out()
                .putLong(0, MAGIC)
                .putLong(8, memory.size())
                .putInt(16, steps.size())
                .putInt(20, HEADER_SIZE);
        return memory.bytes();
    }

    private static void encode(Step step, int at, PlanMemory memory) {
        List<Argument> operands = step.action().operands(memory);
        int sources = 0;
        for (int i = 0; i < operands.size(); i++) {
            sources |= operands.get(i).source() << (2 * i);
            // Placing an argument can move the memory, so this goes first and the field after it.
            long value = operands.get(i).encode(memory);
            memory.out().putLong(at + ARGUMENTS_OFFSET + 8 * i, value);
        }
        ByteBuffer out = memory.out();
        out.put(at, (byte) step.action().op());
        out.put(at + 1, (byte) step.guard().condition());
        out.putShort(at + 2, (short)
                step.guard().asks().map(Register::index).orElse(0).intValue());
        out.putShort(at + 4, (short)
                step.result().map(Register::index).orElse(NO_REGISTER).intValue());
        out.putShort(at + 6, (short) sources);
        List<Errno> tolerated = step.tolerated();
        for (int i = 0; i < tolerated.size(); i++) {
            out.put(at + 8 + i, (byte) tolerated.get(i).number());
        }
        if (step.action() instanceof Action.Call call) {
            out.putShort(at + 12, (short) call.call().number());
        }
    }
}
