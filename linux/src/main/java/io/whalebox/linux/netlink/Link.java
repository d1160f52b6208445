package io.whalebox.linux.netlink;

/**
 * A network interface.
 *
 * @param master index of the bridge that it is in; 0 for none
 * @param kind {@code bridge}, {@code veth} and the like; empty for one of hardware
 */
public record Link(int index, String name, boolean up, int master, int mtu, String kind) {}
