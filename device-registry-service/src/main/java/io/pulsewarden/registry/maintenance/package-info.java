/** Records of what was done to devices. */
@NullMarked
package io.pulsewarden.registry.maintenance;

import org.jspecify.annotations.NullMarked;
