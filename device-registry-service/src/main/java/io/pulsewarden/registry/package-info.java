/** Root of the service: nothing but its packages. */
@NullMarked
package io.pulsewarden.registry;

import org.jspecify.annotations.NullMarked;
