/** Who is, or was last, connected: one row a device that every instance reads, and a topic. */
@NullMarked
package io.pulsewarden.telemetry.presence;

import org.jspecify.annotations.NullMarked;
