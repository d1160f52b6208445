package io.whalebox.cli;

import io.whalebox.runtime.cgroup.DeviceRule;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code --device-cgroup-rule 'c 42:* rmw'}: devices that a container may use once it has nodes of them. */
final class DeviceRuleFlag {
    static final Flag<DeviceRule> FLAG = Flag.list(
            "device-cgroup-rule",
            "list",
            DeviceRuleFlag::parse,
            "Allow devices by their numbers: \"TYPE MAJOR:MINOR ACCESS\", such as 'c 42:* rwm'");

    private static final Pattern RULE = Pattern.compile("([acb]) ([0-9]{1,9}|\\*):([0-9]{1,9}|\\*) ([rwm]{1,3})");

    private DeviceRuleFlag() {}

    private static DeviceRule parse(String text) {
        Matcher rule = RULE.matcher(text);
        if (!rule.matches()) {
            throw Strconv.invalid("invalid device cgroup format '" + text + "'");
        }
        return new DeviceRule(true, rule.group(1), number(rule.group(2)), number(rule.group(3)), rule.group(4));
    }

    private static OptionalLong number(String text) {
        return text.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
