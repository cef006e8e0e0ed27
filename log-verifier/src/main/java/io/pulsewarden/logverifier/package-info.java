/** Checks an audit log offline. */
@NullMarked
package io.pulsewarden.logverifier;

import org.jspecify.annotations.NullMarked;
