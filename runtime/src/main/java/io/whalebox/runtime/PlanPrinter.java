package io.whalebox.runtime;

import io.whalebox.linux.Errno;
import io.whalebox.runtime.Step.Action;
import io.whalebox.runtime.Step.Guard;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** A plan for people: each step in words, and below it as the system call that it is. */
public final class PlanPrinter {
    private static final int LONGEST_STRING = 200;

    private PlanPrinter() {}

    /** The whole plan; the output depends on the plan alone. */
    public static String print(Plan plan) {
        StringBuilder out = new StringBuilder();
        int number = 0;
        for (Plan.Section section : plan.sections()) {
            out.append(section.name()).append(":\n");
            for (Step step : section.steps()) {
                out.append(String.format("%4d  ", number++))
                        .append(guard(step.guard()))
                        .append(step.label())
                        .append("\n        ")
                        .append(show(step))
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static String guard(Guard guard) {
        return switch (guard) {
            case Guard.Always _ -> "";
            case Guard.IfSucceeded succeeded -> "if " + succeeded.register().shown() + " succeeded: ";
            case Guard.IfFailed failed -> "if " + failed.register().shown() + " failed: ";
        };
    }

    private static String show(Step step) {
        String result = step.result().map(register -> " = " + register.shown()).orElse("");
        String tolerated = step.tolerated().isEmpty()
                ? ""
                : "  (or " + step.tolerated().stream().map(Errno::name).collect(Collectors.joining(", ")) + ")";
        return show(step.action()) + result + tolerated;
    }

    private static String show(Action action) {
        return switch (action) {
            case Action.Call call -> call.call() + show(call.arguments());
            case Action.Fork fork ->
                "clone3(" + fork.arguments().shown() + ", " + fork.size() + ") → " + fork.section();
            case Action.Store store ->
                store.cell().shown(store.offset()) + " ← " + store.value().shown();
            case Action.Decimal decimal ->
                decimal.cell().shown(decimal.offset()) + " ← " + decimal.value().shown() + " in decimal";
            case Action.Check check ->
                "check " + check.value().shown() + " & 0x" + Long.toHexString(check.mask())
                        + (check.equal() ? " == 0x" : " != 0x") + Long.toHexString(check.other()) + ", else "
                        + check.otherwise();
            case Action.Fail fail -> "fail with " + fail.errno();
            case Action.ReportStarted started ->
                "report started " + started.pid().shown();
            case Action.Supervise supervise ->
                "supervise " + supervise.pid().shown() + " by "
                        + supervise.pidfd().shown();
            case Action.BeInit init -> "be init of " + init.pid().shown();
            case Action.Monitor monitor -> "monitor " + monitor.pid().shown() + show(monitor);
        };
    }

    private static String show(Action.Monitor monitor) {
        String streams = (monitor.what() & MonitorSteps.TERMINAL) != 0
                ? " with a terminal"
                : (monitor.what() & MonitorSteps.INPUT) != 0 ? " with input" : "";
        if ((monitor.what() & MonitorSteps.LOG) == 0) {
            return streams + ", without a log";
        }
        return streams + ", log of " + monitor.logFiles() + (monitor.logFiles() == 1 ? " file" : " files")
                + (monitor.logBytes() == 0 ? "" : " of " + monitor.logBytes() + " bytes");
    }

    private static String show(List<Argument> arguments) {
        return arguments.stream().map(Argument::shown).collect(Collectors.joining(", ", "(", ")"));
    }

    /** As strace(1) would: what is not printable ASCII is escaped, so that no name can play tricks on a terminal. */
    static String quote(byte[] bytes) {
        StringBuilder out = new StringBuilder("\"");
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < Math.min(text.length(), LONGEST_STRING); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        out.append(c);
                    } else {
                        out.append(String.format("\\x%02x", (int) c));
                    }
                }
            }
        }
        return out.append(text.length() > LONGEST_STRING ? "\"…" : "\"").toString();
    }
}
