/** What the registry says of devices, held in memory and known to be fresh. */
@NullMarked
package io.pulsewarden.telemetry.devicefeed;

import org.jspecify.annotations.NullMarked;
