/** Where a device's messages are: the way from Kafka to the Observations. */
@NullMarked
package io.pulsewarden.telemetry.delivery;

import org.jspecify.annotations.NullMarked;
