/** Signed notes over tree heads (C2SP tlog-checkpoint), and the key that signs them. */
@NullMarked
package io.pulsewarden.audit.checkpoint;

import org.jspecify.annotations.NullMarked;
