/** What measures the Observation search from within. */
@NullMarked
package io.pulsewarden.telemetry.observation;

import org.jspecify.annotations.NullMarked;
