package io.whalebox.runtime;

/**
 * What differs between kernels and changes a plan.
 *
 * @param overlayTakesLayersSingly whether overlayfs knows {@code lowerdir+} (Linux 6.5)
 * @param overlayTakesDetachedLayers whether a layer may be a detached mount (Linux 6.15)
 */
public record KernelFeatures(boolean overlayTakesLayersSingly, boolean overlayTakesDetachedLayers) {

    /** What the kernel that runs here can do. */
    public static KernelFeatures ofThisMachine() {
        return of(System.getProperty("os.version"));
    }

    /** What a kernel with this release, such as {@code 6.1.0-30-amd64}, can do. */
    public static KernelFeatures of(String release) {
        String[] parts = release.split("[^0-9]+", 3);
        int major = Integer.parseInt(parts[0]);
        int minor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
        return new KernelFeatures(major > 6 || (major == 6 && minor >= 5), major > 6 || (major == 6 && minor >= 15));
    }
}
