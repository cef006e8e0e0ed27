/** Who asks, and whether they may: role, organisation and care team, decided here alone. */
@NullMarked
package io.pulsewarden.telemetry.access;

import org.jspecify.annotations.NullMarked;
