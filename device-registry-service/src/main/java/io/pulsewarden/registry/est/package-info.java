/** Enrolment over Secure Transport (RFC 7030, RFC 8951). */
@NullMarked
package io.pulsewarden.registry.est;

import org.jspecify.annotations.NullMarked;
