/** SenML packs in JSON (RFC 8428), read strictly and without losing a digit. */
@NullMarked
package io.pulsewarden.telemetry.senml;

import org.jspecify.annotations.NullMarked;
