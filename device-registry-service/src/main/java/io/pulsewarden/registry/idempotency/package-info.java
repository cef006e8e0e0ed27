/** Creating once, however often a request is sent. */
@NullMarked
package io.pulsewarden.registry.idempotency;

import org.jspecify.annotations.NullMarked;
