/** Tests. */
@NullMarked
package io.pulsewarden.audit.fhir;

import org.jspecify.annotations.NullMarked;
