/** A device's MQTT 5 session: order, window, reconnection, no message forgotten. */
@NullMarked
package io.pulsewarden.simulator.mqtt;

import org.jspecify.annotations.NullMarked;
