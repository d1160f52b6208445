/** What a container sees as its disk: layers, each unpacked once, and the stack of them with a writable one on top. */
@NullMarked
package io.whalebox.storage;

import org.jspecify.annotations.NullMarked;
