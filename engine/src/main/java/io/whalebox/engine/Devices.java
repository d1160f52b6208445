package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.DeviceMapping;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileType;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec.Device;
import io.whalebox.runtime.cgroup.DeviceRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Devices of the host that a container is given: the nodes to make, and the rules that let them be used.
 *
 * @param nodes beside the defaults
 * @param rules beside the defaults
 */
record Devices(List<Device> nodes, List<DeviceRule> rules) {
    /** What a container has of its own, and what is no device to share. */
    private static final Set<String> OWN = Set.of("pts", "shm", "fd", "mqueue", "console", ".lxc", ".lxd-mounts");

    /** Those that the user names. */
    static Devices of(List<DeviceMapping> mappings) {
        List<Device> nodes = new ArrayList<>();
        List<DeviceRule> rules = new ArrayList<>();
        for (DeviceMapping mapping : mappings) {
            List<Device> found = find(Path.of(mapping.host()), mapping.container());
            if (found.isEmpty()) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "error gathering device information while adding custom device \"" + mapping.host()
                                + "\": "
                                + (Files.exists(Path.of(mapping.host()))
                                        ? "not a device node"
                                        : "no such file or directory"));
            }
            for (Device device : found) {
                nodes.add(device);
                rules.add(DeviceRule.allow(
                        String.valueOf(device.type()), device.major(), device.minor(), mapping.access()));
            }
        }
        return new Devices(nodes, rules);
    }

    /** All of the host's, for a privileged container. */
    static Devices all() {
        return new Devices(find(Path.of("/dev"), "/dev"), List.of(DeviceRule.ALLOW_ALL));
    }

    private static List<Device> find(Path host, String container) {
        Stat stat = Stat.find(host.toString()).orElse(null);
        if (stat == null) {
            return List.of();
        }
        if (stat.isDirectory()) {
            return below(host, container);
        }
        if (stat.type() != FileType.CHARACTER_DEVICE && stat.type() != FileType.BLOCK_DEVICE) {
            return List.of();
        }
        char type = stat.type() == FileType.BLOCK_DEVICE ? 'b' : 'c';
        return List.of(new Device(
                type,
                container,
                stat.represents().major(),
                stat.represents().minor(),
                stat.mode(),
                stat.uid(),
                stat.gid()));
    }

    private static List<Device> below(Path host, String container) {
        try (Stream<Path> entries = Files.list(host)) {
            return entries.sorted()
                    .filter(entry -> !OWN.contains(entry.getFileName().toString()))
                    .filter(entry -> !Files.isSymbolicLink(entry))
                    .flatMap(entry -> find(entry, container + "/" + entry.getFileName()).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
