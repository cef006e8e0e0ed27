/** Who calls, and for which organisation. */
@NullMarked
package io.pulsewarden.registry.access;

import org.jspecify.annotations.NullMarked;
