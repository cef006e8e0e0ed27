/** Steps of a device's life that people take, and its end. */
@NullMarked
package io.pulsewarden.registry.lifecycle;

import org.jspecify.annotations.NullMarked;
