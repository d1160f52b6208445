package io.whalebox.runtime;

/** A plan as the launcher takes it. To make one is the only long part of a launch that asks nothing of the kernel. */
public final class EncodedPlan {
    private final Plan plan;
    private final byte[] bytes;

    private EncodedPlan(Plan plan, byte[] bytes) {
        this.plan = plan;
        this.bytes = bytes;
    }

    public static EncodedPlan of(Plan plan) {
        return new EncodedPlan(plan, PlanEncoding.encode(plan));
    }

    Plan plan() {
        return plan;
    }

    /** What the launcher maps; not to be changed. */
    byte[] bytes() {
        return bytes;
    }
}
