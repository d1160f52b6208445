package io.whalebox.runtime;

/** How a process ended, as the kernel packs it (wait(2)). */
public record WaitStatus(int raw) {
    /** The exit status of who was ended by SIGKILL, which is said too of those whose end nobody saw. */
    public static final int KILLED = 137;

    /** The signal that ended it; 0 when it ended by itself. */
    public int signal() {
        return raw & 0x7f;
    }

    /** Its exit status, or 128 and the signal that ended it, as shells count. */
    public int exitStatus() {
        return signal() == 0 ? raw >> 8 & 0xff : 128 + signal();
    }
}
