/** The log's events as FHIR R4 AuditEvents, after IHE's Basic Audit Log Patterns (BALP). */
@NullMarked
package io.pulsewarden.audit.fhir;

import org.jspecify.annotations.NullMarked;
