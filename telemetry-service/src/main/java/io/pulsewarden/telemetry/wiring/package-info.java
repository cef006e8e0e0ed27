/** What every feature is given: the clock, and the way to the audit log. */
@NullMarked
package io.pulsewarden.telemetry.wiring;

import org.jspecify.annotations.NullMarked;
