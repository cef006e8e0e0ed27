/** Vitals from brokers that sites run, into the same intake as devices' own; docs/bridge.md. */
@NullMarked
package io.pulsewarden.telemetry.bridge;

import org.jspecify.annotations.NullMarked;
