/** How the HTTP interfaces say no: one exception, rendered in the form that the path promises. */
@NullMarked
package io.pulsewarden.telemetry.failure;

import org.jspecify.annotations.NullMarked;
