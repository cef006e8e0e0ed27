/** Sensor measurement lists (RFC 8428) in JSON. */
@NullMarked
package io.pulsewarden.simulator.senml;

import org.jspecify.annotations.NullMarked;
