package io.whalebox.runtime;

import io.whalebox.linux.Constant;
import io.whalebox.linux.ProcessConstants;

/** The kinds of namespace that a container can have of its own (namespaces(7)). */
public enum Namespace {
    MOUNT,
    PID,
    NETWORK,
    IPC,
    UTS,
    CGROUP,
    USER;

    /** Its flag for clone3(2) and unshare(2). */
    public Constant flag() {
        return switch (this) {
            case MOUNT -> ProcessConstants.CLONE_NEWNS;
            case PID -> ProcessConstants.CLONE_NEWPID;
            case NETWORK -> ProcessConstants.CLONE_NEWNET;
            case IPC -> ProcessConstants.CLONE_NEWIPC;
            case UTS -> ProcessConstants.CLONE_NEWUTS;
            case CGROUP -> ProcessConstants.CLONE_NEWCGROUP;
            case USER -> ProcessConstants.CLONE_NEWUSER;
        };
    }
}
