/** Many devices at once, counted and shown. */
@NullMarked
package io.pulsewarden.simulator.fleet;

import org.jspecify.annotations.NullMarked;
