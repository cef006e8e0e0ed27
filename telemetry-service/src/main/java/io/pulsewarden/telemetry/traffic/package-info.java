/** How much may come of one device and of one organisation, by whatever way. */
@NullMarked
package io.pulsewarden.telemetry.traffic;

import org.jspecify.annotations.NullMarked;
