/** How much somebody may have of what costs everybody. */
@NullMarked
package io.pulsewarden.registry.budget;

import org.jspecify.annotations.NullMarked;
