package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;

/** Whether a session that was let in may stand, now. */
sealed interface Standing {

  /**
   * It may.
   *
   * @param device as the registry says of it now
   */
  record Good(Device device) implements Standing {}

  /** It may not, for this reason. */
  record Lost(CloseReason reason) implements Standing {}
}
