/** Tests. */
@NullMarked
package io.pulsewarden.audit.index;

import org.jspecify.annotations.NullMarked;
