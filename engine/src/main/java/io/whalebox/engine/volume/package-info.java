/**
 * Volumes: directories, and file systems from elsewhere, that outlive the containers which use them. Begin reading at
 * {@link io.whalebox.engine.volume.VolumeStore}.
 */
@NullMarked
package io.whalebox.engine.volume;

import org.jspecify.annotations.NullMarked;
