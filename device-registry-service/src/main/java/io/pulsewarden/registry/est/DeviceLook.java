package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.ClaimStanding;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceSnapshot;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What enrolment knows of a device, as of one moment. Every change of it but the claim's raises the
 * device's version.
 *
 * @param manual whether a person has to approve a first enrolment
 * @param claim the claim that was shown; null if the device has no such claim
 * @param shown the certificate that was shown; null if it is not on record
 */
record DeviceLook(
    DeviceSnapshot snapshot, boolean manual, @Nullable ClaimStanding claim, @Nullable Shown shown) {

  /**
   * A presented certificate that the registry recorded.
   *
   * @param newest the device has had none since
   */
  record Shown(
      String fingerprint, Instant notBefore, Instant notAfter, boolean revoked, boolean newest) {}

  UUID id() {
    return snapshot.device().id();
  }

  UUID organisationId() {
    return snapshot.device().organisationId();
  }

  Lifecycle lifecycle() {
    return snapshot.device().lifecycle();
  }

  long version() {
    return snapshot.device().version();
  }
}
