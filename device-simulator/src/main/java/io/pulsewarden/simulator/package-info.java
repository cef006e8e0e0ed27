/** Devices that know the public protocols only. */
@NullMarked
package io.pulsewarden.simulator;

import org.jspecify.annotations.NullMarked;
