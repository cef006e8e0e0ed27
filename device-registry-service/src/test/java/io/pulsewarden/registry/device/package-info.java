@NullMarked
package io.pulsewarden.registry.device;

import org.jspecify.annotations.NullMarked;
