/**
 * The life of containers, and the public Java API: an {@link io.whalebox.engine.Engine} owns a store and makes
 * containers from a {@link io.whalebox.engine.ContainerSpec}.
 */
@NullMarked
package io.whalebox.engine;

import org.jspecify.annotations.NullMarked;
