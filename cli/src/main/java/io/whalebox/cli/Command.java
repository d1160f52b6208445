package io.whalebox.cli;

import java.util.List;

/** One command, such as {@code run} or {@code image import}. */
interface Command {
    /** Every way to call it, the first being the one that messages use; two words for a command within a group. */
    List<String> names();

    /** What follows its name: {@code [OPTIONS] IMAGE [COMMAND] [ARG...]}. */
    String synopsis();

    /** One sentence without a full stop. */
    String summary();

    List<Flag<?>> flags();

    default CommandLine.Order order() {
        return CommandLine.Order.MIXED;
    }

    ArgumentCount argumentCount();

    /** What the process exits with when it fails otherwise than by a bad command line. */
    default int failureStatus(RuntimeException failure) {
        return 1;
    }

    /**
     * Does it.
     *
     * @return the exit status of the process
     */
    int run(CommandLine line, Console console);

    /** How many arguments a command takes, both ends included. */
    record ArgumentCount(int least, int most) {
        static final ArgumentCount NONE = new ArgumentCount(0, 0);

        static ArgumentCount atLeast(int least) {
            return new ArgumentCount(least, Integer.MAX_VALUE);
        }

        static ArgumentCount between(int least, int most) {
            return new ArgumentCount(least, most);
        }

        boolean allows(int count) {
            return count >= least && count <= most;
        }

        /** What Docker says of a wrong count. */
        String demand() {
            if (most == 0) {
                return "accepts no arguments";
            }
            if (least == most) {
                return "requires " + arguments(least);
            }
            if (most == Integer.MAX_VALUE) {
                return "requires at least " + arguments(least);
            }
            return least == 0
                    ? "requires at most " + arguments(most)
                    : "requires at least " + least + " and at most " + arguments(most);
        }

        private static String arguments(int count) {
            return count + (count == 1 ? " argument" : " arguments");
        }
    }
}
