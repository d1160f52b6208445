package io.whalebox.linux;

/** Which device a node stands for (makedev(3)); the kernel has 12 bits for the major number and 20 for the minor. */
public record DeviceNumber(int major, int minor) {
    /** The character device with this number is a whiteout to overlayfs. */
    public static final DeviceNumber WHITEOUT = new DeviceNumber(0, 0);

    private static final int MAX_MAJOR = 0xfff;
    private static final int MAX_MINOR = 0xfffff;

    public DeviceNumber {
        if (major < 0 || major > MAX_MAJOR || minor < 0 || minor > MAX_MINOR) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "invalid device number " + major + ":" + minor + ": the kernel has none such");
        }
    }

    /** As mknod(2) takes it. */
    long encoded() {
        return (minor & 0xff) | ((long) major << 8) | ((long) (minor & ~0xff) << 12);
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
