/** Tests. */
@NullMarked
package io.pulsewarden.audit.retention;

import org.jspecify.annotations.NullMarked;
