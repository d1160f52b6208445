/**
 * What is said to the kernel over netlink(7): {@link io.whalebox.linux.netlink.RouteSocket} for links, addresses and
 * routes, {@link io.whalebox.linux.netlink.FilterSocket} for packet filters.
 */
@NullMarked
package io.whalebox.linux.netlink;

import org.jspecify.annotations.NullMarked;
