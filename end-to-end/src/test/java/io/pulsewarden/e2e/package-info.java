/** The platform as a whole, seen through its public protocols. */
@NullMarked
package io.pulsewarden.e2e;

import org.jspecify.annotations.NullMarked;
