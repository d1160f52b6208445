/**
 * Registries: images pulled and pushed by the distribution protocol (OCI distribution specification 1.1, and Docker's
 * older dialect of it), with the credentials, certificates, mirrors and proxies that Docker would use.
 */
@NullMarked
package io.whalebox.image.registry;

import org.jspecify.annotations.NullMarked;
