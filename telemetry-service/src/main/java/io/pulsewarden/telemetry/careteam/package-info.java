/** Care teams: which users care for which patients. */
@NullMarked
package io.pulsewarden.telemetry.careteam;

import org.jspecify.annotations.NullMarked;
