/**
 * What happens in a store, told to whoever asks. Begin reading at {@link io.whalebox.engine.event.EventLog}.
 */
@NullMarked
package io.whalebox.engine.event;

import org.jspecify.annotations.NullMarked;
