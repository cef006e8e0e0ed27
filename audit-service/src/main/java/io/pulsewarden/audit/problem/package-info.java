/** Errors as problem+json (RFC 9457). */
@NullMarked
package io.pulsewarden.audit.problem;

import org.jspecify.annotations.NullMarked;
