/** What telemetry reports about devices: when they were seen, what they applied. */
@NullMarked
package io.pulsewarden.registry.activity;

import org.jspecify.annotations.NullMarked;
