/** FHIR R4 as it goes over the wire: encoding, bundles, what the server says of itself. */
@NullMarked
package io.pulsewarden.telemetry.fhir;

import org.jspecify.annotations.NullMarked;
