/** Devices' MQTT sessions: who may open one, how long it stands, what goes over it. */
@NullMarked
package io.pulsewarden.telemetry.session;

import org.jspecify.annotations.NullMarked;
