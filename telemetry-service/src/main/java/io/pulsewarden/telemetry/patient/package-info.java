/** Patients: sealed demographics, found by blind indexes alone. */
@NullMarked
package io.pulsewarden.telemetry.patient;

import org.jspecify.annotations.NullMarked;
