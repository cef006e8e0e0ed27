/** Asking witnesses to cosign checkpoints (C2SP tlog-witness). */
@NullMarked
package io.pulsewarden.audit.witness;

import org.jspecify.annotations.NullMarked;
