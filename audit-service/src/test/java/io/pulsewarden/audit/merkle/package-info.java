/** Tests. */
@NullMarked
package io.pulsewarden.audit.merkle;

import org.jspecify.annotations.NullMarked;
