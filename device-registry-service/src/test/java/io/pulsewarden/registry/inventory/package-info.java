@NullMarked
package io.pulsewarden.registry.inventory;

import org.jspecify.annotations.NullMarked;
