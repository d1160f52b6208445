package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A terminal, with the settings it had when it was first looked at (termios(3), ioctl_tty(2)). The structures are the
 * kernel's, which differ from those of the C library.
 */
public final class Terminal {
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TIOCSWINSZ = 0x5414;

    /** Four words of flags, the line discipline, and nineteen control characters. */
    private static final int TERMIOS = 36;

    private static final int INPUT_FLAGS = 0;
    private static final int OUTPUT_FLAGS = 4;
    private static final int CONTROL_FLAGS = 8;
    private static final int LOCAL_FLAGS = 12;
    private static final int CONTROL_CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    // BRKINT, ICRNL, IGNBRK, IGNCR, INLCR, ISTRIP, IXON and PARMRK: bytes arrive as they were sent.
    private static final int INPUT_COOKING = 0x2 | 0x100 | 0x1 | 0x80 | 0x40 | 0x20 | 0x400 | 0x8;
    private static final int OPOST = 0x1;
    private static final int CSIZE = 0x30;
    private static final int PARENB = 0x100;
    private static final int CS8 = 0x30;
    // ECHO, ECHONL, ICANON, IEXTEN and ISIG: no echo, no lines, and Ctrl-C is a byte like any other.
    private static final int LOCAL_COOKING = 0x8 | 0x40 | 0x2 | 0x8000 | 0x1;

    private final Fd fd;
    private final byte[] original;

    private Terminal(Fd fd, byte[] original) {
        this.fd = fd;
        this.original = original;
    }

    /** The terminal behind a descriptor, or nothing where it is something else. The descriptor stays the caller's. */
    public static Optional<Terminal> of(Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment settings = arena.allocate(TERMIOS, 8);
            return Kernel.attempt(Syscall.IOCTL, fd.number(), TCGETS, settings.address()) == 0
                    ? Optional.of(new Terminal(fd, Fields.getBytes(settings, 0, TERMIOS)))
                    : Optional.empty();
        }
    }

    /** Hands every byte through untouched in both directions, as cfmakeraw(3) does. */
    public void makeRaw() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment settings = arena.allocate(TERMIOS, 8);
            settings.copyFrom(MemorySegment.ofArray(original));
            change(settings, INPUT_FLAGS, INPUT_COOKING, 0);
            change(settings, OUTPUT_FLAGS, OPOST, 0);
            change(settings, CONTROL_FLAGS, CSIZE | PARENB, CS8);
            change(settings, LOCAL_FLAGS, LOCAL_COOKING, 0);
            Fields.setByte(settings, CONTROL_CHARACTERS + VMIN, (byte) 1);
            Fields.setByte(settings, CONTROL_CHARACTERS + VTIME, (byte) 0);
            apply(settings);
        }
    }

    /** Puts the settings back as they were. */
    public void restore() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment settings = arena.allocate(TERMIOS, 8);
            settings.copyFrom(MemorySegment.ofArray(original));
            apply(settings);
        }
    }

    public WindowSize size() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment window = arena.allocate(8, 8);
            Kernel.call(Syscall.IOCTL, fd, fd.number(), TIOCGWINSZ, window.address());
            return new WindowSize(
                    Short.toUnsignedInt(Fields.getShort(window, 0)), Short.toUnsignedInt(Fields.getShort(window, 2)));
        }
    }

    /** The kernel tells the programs in the terminal's foreground by SIGWINCH. */
    public void resize(WindowSize size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment window = arena.allocate(8, 8);
            Fields.setShort(window, 0, (short) size.rows());
            Fields.setShort(window, 2, (short) size.columns());
            Kernel.call(Syscall.IOCTL, fd, fd.number(), TIOCSWINSZ, window.address());
        }
    }

    private void apply(MemorySegment settings) {
        Kernel.call(Syscall.IOCTL, fd, fd.number(), TCSETS, settings.address());
    }

    private static void change(MemorySegment settings, int offset, int clear, int set) {
        int flags = Fields.getInt(settings, offset);
        Fields.setInt(settings, offset, (flags & ~clear) | set);
    }
}
