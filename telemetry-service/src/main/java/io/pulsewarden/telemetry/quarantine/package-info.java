/** What was refused, and why: kept sealed, shown to those who may see it. */
@NullMarked
package io.pulsewarden.telemetry.quarantine;

import org.jspecify.annotations.NullMarked;
