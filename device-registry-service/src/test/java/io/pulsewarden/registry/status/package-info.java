@NullMarked
package io.pulsewarden.registry.status;

import org.jspecify.annotations.NullMarked;
