@NullMarked
package io.pulsewarden.registry.maintenance;

import org.jspecify.annotations.NullMarked;
