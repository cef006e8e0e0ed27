/** Root of the service: nothing but its packages. */
@NullMarked
package io.pulsewarden.keys;

import org.jspecify.annotations.NullMarked;
