/** Starts the platform on one machine. */
@NullMarked
package io.pulsewarden.platform;

import org.jspecify.annotations.NullMarked;
