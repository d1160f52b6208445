package io.whalebox.runtime.cgroup;

import io.whalebox.linux.Bpf;
import io.whalebox.linux.Fd;
import java.util.ArrayList;
import java.util.List;

/**
 * Device rules as the eBPF program that enforces them on cgroup v2, where no file does ({@code
 * BPF_PROG_TYPE_CGROUP_DEVICE}). The kernel runs it whenever a process of the group opens or makes a device node; it
 * answers 1 for yes.
 *
 * <p>The rules are tried from the last to the first, so the first that matches decides. A request may be for several
 * kinds of access at once: an allowing rule takes the kinds that it grants out of the request, which is granted once
 * nothing is left; a denying rule that meets a kind still in the request refuses it whole.
 */
public final class DeviceFilter {
    /** {@code struct bpf_cgroup_dev_ctx}: access and type, major, minor, 32 bits each. */
    private static final int ACCESS_TYPE = 0;

    private static final int MAJOR = 4;
    private static final int MINOR = 8;

    static final int TYPE_BLOCK = 1;
    static final int TYPE_CHAR = 2;
    static final int ACCESS_MKNOD = 1;
    static final int ACCESS_READ = 2;
    static final int ACCESS_WRITE = 4;
    private static final int ACCESS_ALL = ACCESS_MKNOD | ACCESS_READ | ACCESS_WRITE;

    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int R_TYPE = 2;
    private static final int R_ACCESS = 3;
    private static final int R_MAJOR = 4;
    private static final int R_MINOR = 5;

    private final List<DeviceRule> rules;
    private final List<BpfInstruction> instructions;
    private final List<String> listing;

    private DeviceFilter(List<DeviceRule> rules, List<BpfInstruction> instructions, List<String> listing) {
        this.rules = rules;
        this.instructions = List.copyOf(instructions);
        this.listing = List.copyOf(listing);
    }

    static DeviceFilter of(List<DeviceRule> rules) {
        List<BpfInstruction> program = new ArrayList<>();
        List<String> listing = new ArrayList<>();
        append(
                program,
                listing,
                "the request",
                List.of(
                        BpfInstruction.loadWord(R_ACCESS, CONTEXT, ACCESS_TYPE),
                        BpfInstruction.moveRegister(R_TYPE, R_ACCESS),
                        BpfInstruction.and(R_TYPE, 0xffff),
                        BpfInstruction.shiftRight(R_ACCESS, 16),
                        BpfInstruction.loadWord(R_MAJOR, CONTEXT, MAJOR),
                        BpfInstruction.loadWord(R_MINOR, CONTEXT, MINOR)));
        boolean allowedAtLast = true;
        String lastWord = "no rule left";
        for (DeviceRule rule : rules.reversed()) {
            if (rule.isTotal()) {
                // Nothing before it matters, and the verifier refuses instructions that are never reached.
                allowedAtLast = rule.allow();
                lastWord = rule.toString();
                break;
            }
            append(program, listing, rule.toString(), block(rule));
        }
        append(
                program,
                listing,
                lastWord,
                List.of(BpfInstruction.move(RESULT, allowedAtLast ? 1 : 0), BpfInstruction.exit()));
        return new DeviceFilter(List.copyOf(rules), program, listing);
    }

    private static void append(
            List<BpfInstruction> program, List<String> listing, String meaning, List<BpfInstruction> block) {
        listing.add("; " + meaning);
        for (BpfInstruction instruction : block) {
            listing.add("%3d: %s".formatted(program.size(), instruction));
            program.add(instruction);
        }
    }

    private static List<BpfInstruction> block(DeviceRule rule) {
        List<BpfInstruction> action = action(rule);
        List<BpfInstruction> block = new ArrayList<>();
        int conditions = (rule.type().equals("a") ? 0 : 1)
                + (rule.major().isPresent() ? 1 : 0)
                + (rule.minor().isPresent() ? 1 : 0);
        if (!rule.type().equals("a")) {
            int type = rule.type().equals("b") ? TYPE_BLOCK : TYPE_CHAR;
            block.add(BpfInstruction.jumpUnlessEqual(R_TYPE, type, --conditions + action.size()));
        }
        if (rule.major().isPresent()) {
            int major = (int) rule.major().getAsLong();
            block.add(BpfInstruction.jumpUnlessEqual(R_MAJOR, major, --conditions + action.size()));
        }
        if (rule.minor().isPresent()) {
            int minor = (int) rule.minor().getAsLong();
            block.add(BpfInstruction.jumpUnlessEqual(R_MINOR, minor, --conditions + action.size()));
        }
        block.addAll(action);
        return block;
    }

    private static List<BpfInstruction> action(DeviceRule rule) {
        int access = access(rule);
        if (rule.allow()) {
            return List.of(
                    BpfInstruction.and(R_ACCESS, ACCESS_ALL & ~access),
                    BpfInstruction.jumpUnlessEqual(R_ACCESS, 0, 2),
                    BpfInstruction.move(RESULT, 1),
                    BpfInstruction.exit());
        }
        return List.of(
                BpfInstruction.jumpIfAnyBit(R_ACCESS, access, 1),
                // The machine has no jump for "no bit", so a bit jumps over the jump that leaves.
                BpfInstruction.jump(2),
                BpfInstruction.move(RESULT, 0),
                BpfInstruction.exit());
    }

    static int access(DeviceRule rule) {
        return (rule.permits('m') ? ACCESS_MKNOD : 0)
                | (rule.permits('r') ? ACCESS_READ : 0)
                | (rule.permits('w') ? ACCESS_WRITE : 0);
    }

    public List<DeviceRule> rules() {
        return rules;
    }

    List<BpfInstruction> instructions() {
        return instructions;
    }

    /** The program for a person to read, each rule above its instructions. */
    public List<String> listing() {
        return listing;
    }

    /** Hands it to the kernel and puts it in charge of a group. */
    void attach(Fd cgroup) {
        long[] encoded =
                instructions.stream().mapToLong(BpfInstruction::encoded).toArray();
        try (Fd program = Bpf.loadDeviceFilter("whalebox_device", encoded)) {
            Bpf.attachDeviceFilter(cgroup, program);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceFilter filter && filter.instructions.equals(instructions);
    }

    @Override
    public int hashCode() {
        return instructions.hashCode();
    }

    @Override
    public String toString() {
        return rules.toString();
    }
}
