/** Processes of key management's own parts, which tests kill. */
@NullMarked
package io.pulsewarden.keys.lives;

import org.jspecify.annotations.NullMarked;
