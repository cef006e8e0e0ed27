/** What a device is told of each record that it sent. */
@NullMarked
package io.pulsewarden.telemetry.receipt;

import org.jspecify.annotations.NullMarked;
