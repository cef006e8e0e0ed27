/** What measures intake from within. */
@NullMarked
package io.pulsewarden.telemetry.intake;

import org.jspecify.annotations.NullMarked;
