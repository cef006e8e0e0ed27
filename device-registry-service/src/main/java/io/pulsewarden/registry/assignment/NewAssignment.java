package io.pulsewarden.registry.assignment;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is to wear a device.
 *
 * @param until exclusive; null: until further notice
 */
record NewAssignment(UUID patientId, Instant from, @Nullable Instant until) {}
