package io.pulsewarden.telemetry.presence;

import org.jspecify.annotations.Nullable;

/**
 * What a device listens to: the granted QoS, 0 or 1, of each of its own topics; null where it does
 * not.
 */
public record Subscriptions(
    @Nullable Integer receipts, @Nullable Integer config, @Nullable Integer notices) {

  public static final Subscriptions NONE = new Subscriptions(null, null, null);
}
