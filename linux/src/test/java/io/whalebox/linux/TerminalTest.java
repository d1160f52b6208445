package io.whalebox.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** With a pseudo-terminal: what is asked of its master is done to the terminal itself. */
class TerminalTest {
    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCGPTN = 0x80045430;

    private static Fd master() {
        assumeTrue(Files.isWritable(Path.of("/dev/ptmx")), "no pseudo-terminals here");
        return Fd.open("/dev/ptmx", OpenFlags.O_RDWR | OpenFlags.O_NOCTTY);
    }

    /** The side that programs have, as ptsname(3) and unlockpt(3) find it. */
    private static Fd slave(Fd master) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            Kernel.call(Syscall.IOCTL, master, master.number(), TIOCSPTLCK, number.address());
            Kernel.call(Syscall.IOCTL, master, master.number(), TIOCGPTN, number.address());
            return Fd.open("/dev/pts/" + number.get(ValueLayout.JAVA_INT, 0), OpenFlags.O_RDWR | OpenFlags.O_NOCTTY);
        }
    }

    private static String read(Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(100);
            int length = fd.read(bytes);
            return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
        }
    }

    @Test
    void aRawTerminalDoesNothingOfItsOwnAndARestoredOneDoes() {
        try (Fd master = master();
                Fd slave = slave(master)) {
            Terminal terminal = Terminal.of(slave).orElseThrow();

            terminal.makeRaw();
            master.write("\u0003x\r".getBytes(UTF_8));
            assertThat(read(slave)).as("Ctrl-C, and no line ending turned").isEqualTo("\u0003x\r");

            terminal.restore();
            master.write("y\r".getBytes(UTF_8));
            assertThat(read(slave)).as("a line").isEqualTo("y\n");
            assertThat(read(master)).as("the echo, of what was typed after").isEqualTo("y\r\n");
        }
    }

    @Test
    void aTerminalKeepsTheSizeItWasGiven() {
        try (Fd master = master()) {
            Terminal terminal = Terminal.of(master).orElseThrow();
            terminal.resize(new WindowSize(50, 132));

            assertThat(terminal.size()).isEqualTo(new WindowSize(50, 132));
        }
    }

    @Test
    void aFileIsNoTerminal() {
        try (Fd file = Fd.open("/dev/null", OpenFlags.O_RDWR)) {
            assertThat(Terminal.of(file)).isEmpty();
        }
    }
}
