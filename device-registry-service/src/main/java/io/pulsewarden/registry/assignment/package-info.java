/** Who wears a device, from when to when. */
@NullMarked
package io.pulsewarden.registry.assignment;

import org.jspecify.annotations.NullMarked;
