/** Tests. */
@NullMarked
package io.pulsewarden.audit.log;

import org.jspecify.annotations.NullMarked;
