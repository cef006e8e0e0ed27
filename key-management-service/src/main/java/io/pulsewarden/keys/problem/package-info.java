/** Errors as problem+json (RFC 9457). */
@NullMarked
package io.pulsewarden.keys.problem;

import org.jspecify.annotations.NullMarked;
