package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import java.util.Optional;
import java.util.UUID;

/** Whether a CONNECT is let in. */
sealed interface Admission {

  record Admitted(Device device, DeviceCertificate certificate) implements Admission {}

  /**
   * It is not.
   *
   * @param device as far as a verified certificate says it
   */
  record Refused(RefusalReason reason, Optional<UUID> device) implements Admission {}
}
