/** From a PUBLISH to Kafka's acknowledgement: docs/formats/vitals.md applied record by record. */
@NullMarked
package io.pulsewarden.telemetry.intake;

import org.jspecify.annotations.NullMarked;
