/** The log as any tlog client reads it, and proofs from it. */
@NullMarked
package io.pulsewarden.audit.serving;

import org.jspecify.annotations.NullMarked;
