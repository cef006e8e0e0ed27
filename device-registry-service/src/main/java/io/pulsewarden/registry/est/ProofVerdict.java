package io.pulsewarden.registry.est;

import org.jspecify.annotations.Nullable;

/** Whether what was shown proves a device, at the time it was looked at. */
sealed interface ProofVerdict {

  /**
   * It does.
   *
   * @param renewed the certificate that it was proven by; null at first enrolment
   * @param late that certificate has expired
   */
  record Proven(DeviceLook device, DeviceLook.@Nullable Shown renewed, boolean late)
      implements ProofVerdict {

    static Proven first(DeviceLook device) {
      return new Proven(device, null, false);
    }
  }

  /**
   * It doesn't, or the device may not enrol.
   *
   * @param device the device that it is about; null if none is known
   */
  record Unproven(Refusal refusal, @Nullable DeviceLook device) implements ProofVerdict {}
}
