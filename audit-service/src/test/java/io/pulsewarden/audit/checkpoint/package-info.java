/** Tests. */
@NullMarked
package io.pulsewarden.audit.checkpoint;

import org.jspecify.annotations.NullMarked;
