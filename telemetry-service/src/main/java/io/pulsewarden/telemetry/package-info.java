/** Root of the service: nothing but its packages. */
@NullMarked
package io.pulsewarden.telemetry;

import org.jspecify.annotations.NullMarked;
