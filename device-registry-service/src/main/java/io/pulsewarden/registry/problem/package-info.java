/** Errors as problem documents (RFC 9457). */
@NullMarked
package io.pulsewarden.registry.problem;

import org.jspecify.annotations.NullMarked;
