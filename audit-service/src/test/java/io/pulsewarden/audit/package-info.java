/** Tests. */
@NullMarked
package io.pulsewarden.audit;

import org.jspecify.annotations.NullMarked;
