/** Registers devices, creates patients and assigns them, by the public REST and FHIR interfaces. */
@NullMarked
package io.pulsewarden.simulator.provisioning;

import org.jspecify.annotations.NullMarked;
