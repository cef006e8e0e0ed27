package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.UUID;

/** Whether a CONNECT is let in. */
sealed interface Admission {

  /**
   * It is.
   *
   * @param issuer the anchor of the feed that signed the certificate
   */
  record Admitted(Device device, DeviceCertificate certificate, X509Certificate issuer)
      implements Admission {}

  /**
   * It is not.
   *
   * @param device as far as a verified certificate says it
   */
  record Refused(RefusalReason reason, Optional<UUID> device) implements Admission {}
}
