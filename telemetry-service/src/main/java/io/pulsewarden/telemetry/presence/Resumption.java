package io.pulsewarden.telemetry.presence;

import org.jspecify.annotations.Nullable;

/**
 * What a device finds when it connects.
 *
 * @param present whether there is a session to go on with
 * @param subscriptions of that session; none if there is none
 * @param last the device's session before this one, whether it is gone on with or not
 */
public record Resumption(boolean present, Subscriptions subscriptions, @Nullable LastSession last) {

  public static final Resumption NOTHING = new Resumption(false, Subscriptions.NONE, null);
}
