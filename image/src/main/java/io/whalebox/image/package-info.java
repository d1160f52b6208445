/**
 * Images: how they are named, what they consist of and where they are kept.
 */
@NullMarked
package io.whalebox.image;

import org.jspecify.annotations.NullMarked;
