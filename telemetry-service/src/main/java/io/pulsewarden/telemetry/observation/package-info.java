/** Observations over FHIR: their ids, the search, the page cursors, the resources. */
@NullMarked
package io.pulsewarden.telemetry.observation;

import org.jspecify.annotations.NullMarked;
