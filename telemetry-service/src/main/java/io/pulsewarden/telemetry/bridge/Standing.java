package io.pulsewarden.telemetry.bridge;

import io.pulsewarden.telemetry.devicefeed.Device;

/** Whether a broker may speak, now. */
sealed interface Standing {

  /**
   * It may.
   *
   * @param gateway as the registry says of it now
   */
  record Good(Device gateway) implements Standing {}

  /** It may not, for this reason. */
  record Lost(EndReason reason) implements Standing {}
}
