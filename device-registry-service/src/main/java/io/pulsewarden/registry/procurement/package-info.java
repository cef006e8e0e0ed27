/** Bringing in devices that were bought, many at once. */
@NullMarked
package io.pulsewarden.registry.procurement;

import org.jspecify.annotations.NullMarked;
