/** Networks of containers: bridges, addresses, published ports and names. */
@NullMarked
package io.whalebox.network;

import org.jspecify.annotations.NullMarked;
