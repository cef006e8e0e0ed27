package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import org.jspecify.annotations.Nullable;

/** Whether what was shown proves a device, at the time it was looked at. */
sealed interface ProofVerdict {

  /**
   * It does.
   *
   * @param renewed the certificate that it was proven by; null at first enrolment
   * @param late that certificate has expired
   */
  record Proven(DeviceEntity device, @Nullable CertificateEntity renewed, boolean late)
      implements ProofVerdict {

    static Proven first(DeviceEntity device) {
      return new Proven(device, null, false);
    }
  }

  /**
   * It doesn't, or the device may not enrol.
   *
   * @param device the device that it is about; null if none is known
   */
  record Unproven(Refusal refusal, @Nullable DeviceEntity device) implements ProofVerdict {}
}
