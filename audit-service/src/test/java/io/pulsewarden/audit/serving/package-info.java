/** Tests. */
@NullMarked
package io.pulsewarden.audit.serving;

import org.jspecify.annotations.NullMarked;
