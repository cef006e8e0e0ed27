@NullMarked
package io.pulsewarden.registry.procurement;

import org.jspecify.annotations.NullMarked;
