/** Registering, listing and reading devices. */
@NullMarked
package io.pulsewarden.registry.inventory;

import org.jspecify.annotations.NullMarked;
