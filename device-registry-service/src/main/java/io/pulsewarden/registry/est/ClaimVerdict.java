package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.DeviceEntity;
import org.jspecify.annotations.Nullable;

/** Whether credentials prove a device, at the time they were looked at. */
sealed interface ClaimVerdict {

  /** They do. */
  record Proven(DeviceEntity device) implements ClaimVerdict {}

  /**
   * They don't, or the device may not enrol.
   *
   * @param device the device whose claim it is; null if none is known
   */
  record Unproven(Refusal refusal, @Nullable DeviceEntity device) implements ClaimVerdict {}
}
