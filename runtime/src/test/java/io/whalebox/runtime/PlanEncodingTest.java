package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.Errno;
import io.whalebox.linux.Syscall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Java lays out is what {@code plan.h} declares. */
class PlanEncodingTest {
    @TempDir
    Path directory;

    @Test
    void everyNumberIsTheOneOfTheCHeader() throws IOException, InterruptedException {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("PLAN_MAGIC", PlanEncoding.MAGIC);
        java.put("PLAN_ADDRESS", PlanEncoding.ADDRESS);
        java.put("PLAN_REGISTERS", (long) PlanBuilder.MAX_REGISTERS);
        java.put("NO_REGISTER", (long) PlanEncoding.NO_REGISTER);
        java.put("PLAN_FD", (long) PlanCompiler.PLAN_FD);
        java.put("CONTROL_FD", (long) PlanCompiler.CONTROL_FD);
        java.put("OP_SYSCALL", (long) PlanEncoding.OP_SYSCALL);
        java.put("OP_FORK", (long) PlanEncoding.OP_FORK);
        java.put("OP_STORE", (long) PlanEncoding.OP_STORE);
        java.put("OP_DECIMAL", (long) PlanEncoding.OP_DECIMAL);
        java.put("OP_CHECK", (long) PlanEncoding.OP_CHECK);
        java.put("OP_FAIL", (long) PlanEncoding.OP_FAIL);
        java.put("OP_REPORT", (long) PlanEncoding.OP_REPORT);
        java.put("OP_SUPERVISE", (long) PlanEncoding.OP_SUPERVISE);
        java.put("OP_INIT", (long) PlanEncoding.OP_INIT);
        java.put("OP_MONITOR", (long) PlanEncoding.OP_MONITOR);
        java.put("PIDFD", (long) PlanCompiler.PID_FD);
        java.put("LOCK_FD", (long) MonitorSteps.LOCK_FD);
        java.put("DIRECTORY_FD", (long) MonitorSteps.DIRECTORY_FD);
        java.put("LISTENER_FD", (long) MonitorSteps.LISTENER_FD);
        java.put("INPUT_FD", (long) MonitorSteps.INPUT_FD);
        java.put("OUTPUT_FD", (long) MonitorSteps.OUTPUT_FD);
        java.put("ERROR_FD", (long) MonitorSteps.ERROR_FD);
        java.put("MONITOR_TERMINAL", (long) MonitorSteps.TERMINAL);
        java.put("MONITOR_INPUT", (long) MonitorSteps.INPUT);
        java.put("MONITOR_LOG", (long) MonitorSteps.LOG);
        java.put("FROM_CONSTANT", (long) PlanEncoding.FROM_CONSTANT);
        java.put("FROM_REGISTER", (long) PlanEncoding.FROM_REGISTER);
        java.put("FROM_MEMORY", (long) PlanEncoding.FROM_MEMORY);
        java.put("ALWAYS", (long) PlanEncoding.ALWAYS);
        java.put("IF_SUCCEEDED", (long) PlanEncoding.IF_SUCCEEDED);
        java.put("IF_FAILED", (long) PlanEncoding.IF_FAILED);
        java.put("REPORT_FAILED", (long) Report.FAILED);
        java.put("REPORT_STARTED", (long) Report.STARTED);
        java.put("REPORT_EXITED", (long) Report.EXITED);
        java.put("REPORT_NOTE", (long) Report.NOTE);
        java.put("REPORT_ATTACHED", (long) Report.ATTACHED);
        java.put("REPORT_REFUSED", (long) Report.REFUSED);
        java.put("REPORT_DETACHED", (long) Report.DETACHED);
        java.put("REPORT_LOG", (long) Report.LOG);
        java.put("COMMAND_SIGNAL", (long) Command.SIGNAL);
        java.put("COMMAND_RESIZE", (long) Command.RESIZE);
        java.put("COMMAND_ATTACH", (long) Command.ATTACH);
        java.put("COMMAND_CLOSE_INPUT", (long) Command.CLOSE_INPUT);
        java.put("COMMAND_STATUS", (long) Command.STATUS);
        java.put("ATTACH_CONNECTION", (long) Attachment.CONNECTION);
        java.put("ATTACH_INPUT", (long) Attachment.INPUT);
        java.put("ATTACH_OUTPUT", (long) Attachment.OUTPUT);
        java.put("ATTACH_ERROR", (long) Attachment.ERROR);
        java.put("ATTACH_INPUT_ONCE", (long) Attachment.INPUT_ONCE);
        java.put("MAX_DETACH_KEYS", (long) DetachKeys.MAX);
        java.put("sizeof(struct plan)", (long) PlanEncoding.HEADER_SIZE);
        java.put("sizeof(struct step)", (long) PlanEncoding.STEP_SIZE);
        java.put("offsetof(struct step, args)", (long) PlanEncoding.ARGUMENTS_OFFSET);
        java.put("sizeof(struct report)", (long) Report.SIZE);
        java.put("sizeof(struct command)", (long) Command.SIZE);
        java.put("offsetof(struct command, key_count)", (long) Command.KEY_COUNT_OFFSET);
        java.put("offsetof(struct command, keys)", (long) Command.KEYS_OFFSET);
        java.put("sizeof(((struct step *)0)->tolerate)", (long) Step.MAX_TOLERATED);

        assertThat(valuesInC(java)).isEqualTo(java);
    }

    private Map<String, Long> valuesInC(Map<String, Long> expressions) throws IOException, InterruptedException {
        Path header = Path.of(System.getProperty("whalebox.root"), "native", "plan.h");
        Path program = directory.resolve("values.c");
        StringBuilder source =
                new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include \"" + header + "\"\n");
        source.append("int main(void) {\n");
        for (String expression : expressions.keySet()) {
            source.append("printf(\"%lld\\n\", (long long)(").append(expression).append("));\n");
        }
        Files.writeString(program, source.append("return 0; }\n"));
        Path binary = directory.resolve("values");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/cc")), "needs a C compiler");
        assertThat(output("cc", "-o", binary.toString(), program.toString())).isEmpty();
        Map<String, Long> values = new LinkedHashMap<>();
        String[] lines = output(binary.toString()).split("\n", -1);
        int line = 0;
        for (String expression : expressions.keySet()) {
            values.put(expression, Long.parseLong(lines[line++]));
        }
        return values;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void aStringIsATerminatedTextAtTheAddressInTheArgument() {
        PlanBuilder builder = PlanBuilder.begin("launcher");
        builder.call("change to a directory", Syscall.CHDIR, Argument.text("/möwe"));

        ByteBuffer plan = encode(builder);

        assertThat(textAt(plan, argument(plan, 0, 0))).isEqualTo("/möwe");
    }

    @Test
    void equalTextsLieInMemoryOnce() {
        PlanBuilder builder = PlanBuilder.begin("launcher");
        builder.call("", Syscall.CHDIR, Argument.text("/a"));
        builder.call("", Syscall.CHDIR, Argument.text("/a"));

        ByteBuffer plan = encode(builder);

        assertThat(argument(plan, 0, 0)).isEqualTo(argument(plan, 1, 0));
    }

    @Test
    void aForkNamesTheFirstStepOfItsSection() {
        PlanBuilder builder = PlanBuilder.begin("launcher");
        builder.fork(
                "",
                CloneArguments.of(MountSteps.NONE).words(),
                "child",
                child -> child.add("", new Step.Action.Fail(Errno.EPERM)));
        builder.add("", new Step.Action.Fail(Errno.EACCES));

        ByteBuffer plan = encode(builder);

        int firstOfChild = 2;
        assertThat(argument(plan, 0, 2)).isEqualTo(firstOfChild);
        assertThat(argument(plan, firstOfChild, 0)).isEqualTo(Errno.EPERM.number());
    }

    @Test
    void wordsHoldAddressesOfWhatTheyPointTo() {
        PlanBuilder builder = PlanBuilder.begin("launcher");
        builder.call(
                "", Syscall.EXECVE, Argument.text("/bin/true"), Argument.strings(java.util.List.of("true", "x y")));

        ByteBuffer plan = encode(builder);

        int argv = (int) (argument(plan, 0, 1) - PlanEncoding.ADDRESS);
        assertThat(textAt(plan, plan.getLong(argv))).isEqualTo("true");
        assertThat(textAt(plan, plan.getLong(argv + 8))).isEqualTo("x y");
        assertThat(plan.getLong(argv + 16)).isZero();
    }

    private static ByteBuffer encode(PlanBuilder builder) {
        return ByteBuffer.wrap(PlanEncoding.encode(builder.build())).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long argument(ByteBuffer plan, int step, int argument) {
        return plan.getLong(PlanEncoding.HEADER_SIZE
                + PlanEncoding.STEP_SIZE * step
                + PlanEncoding.ARGUMENTS_OFFSET
                + 8 * argument);
    }

    private static String textAt(ByteBuffer plan, long address) {
        int start = (int) (address - PlanEncoding.ADDRESS);
        int end = start;
        while (plan.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        plan.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
