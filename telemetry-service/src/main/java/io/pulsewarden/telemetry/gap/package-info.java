/** What a device that numbers its messages sent and we never got: found, told, healed. */
@NullMarked
package io.pulsewarden.telemetry.gap;

import org.jspecify.annotations.NullMarked;
