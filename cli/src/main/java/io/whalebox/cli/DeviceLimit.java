package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileType;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;

/**
 * {@code PATH:NUMBER}: how much of one disk a container may use.
 *
 * @param path below {@code /dev}
 * @param number bytes or operations a second, or a weight
 */
record DeviceLimit(String path, long number) {
    static final Flag<DeviceLimit> WEIGHT = Flag.list(
            "blkio-weight-device", "list", DeviceLimit::weight, "Relative weight of a disk's traffic: DEVICE:WEIGHT");
    static final Flag<DeviceLimit> READ_BPS =
            Flag.list("device-read-bps", "list", DeviceLimit::bytes, "Bytes a second read from a disk: DEVICE:RATE");
    static final Flag<DeviceLimit> WRITE_BPS =
            Flag.list("device-write-bps", "list", DeviceLimit::bytes, "Bytes a second written to a disk: DEVICE:RATE");
    static final Flag<DeviceLimit> READ_IOPS =
            Flag.list("device-read-iops", "list", DeviceLimit::operations, "Reads a second of a disk: DEVICE:NUMBER");
    static final Flag<DeviceLimit> WRITE_IOPS =
            Flag.list("device-write-iops", "list", DeviceLimit::operations, "Writes a second of a disk: DEVICE:NUMBER");

    private static final int LEAST_WEIGHT = 10;
    private static final int GREATEST_WEIGHT = 1000;

    private static DeviceLimit weight(String text) {
        String number = number(text);
        try {
            long weight = Long.parseLong(number);
            if (weight == 0 || (weight >= LEAST_WEIGHT && weight <= GREATEST_WEIGHT)) {
                return new DeviceLimit(path(text), weight);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw Strconv.invalid("invalid weight for device: " + text);
    }

    private static DeviceLimit bytes(String text) {
        String number = number(text);
        if (!ByteSize.isReadable(number)) {
            throw Strconv.invalid("invalid rate for device: " + text
                    + ". The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer."
                    + " Unit is optional and can be kb, mb, or gb");
        }
        return new DeviceLimit(path(text), ByteSize.parse(number).bytes());
    }

    private static DeviceLimit operations(String text) {
        String number = number(text);
        try {
            long operations = Long.parseLong(number);
            if (operations >= 0) {
                return new DeviceLimit(path(text), operations);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw Strconv.invalid("invalid rate for device: " + text
                + ". The correct format is <device-path>:<number>. Number must be a positive integer");
    }

    private static String path(String text) {
        String path = text.substring(0, text.indexOf(':'));
        if (!path.startsWith("/dev/")) {
            throw Strconv.invalid("bad format for device path: " + text);
        }
        return path;
    }

    private static String number(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw Strconv.invalid("bad format: " + text);
        }
        return text.substring(colon + 1);
    }

    /** The numbers of its device. */
    Stat device() {
        Stat stat = Stat.find(path)
                .orElseThrow(() ->
                        new WhaleboxException(ErrorKind.NOT_FOUND, "stat " + path + ": no such file or directory"));
        if (stat.type() != FileType.BLOCK_DEVICE) {
            throw new WhaleboxException(ErrorKind.INVALID, path + " is no block device: only disks have such limits");
        }
        return stat;
    }
}
