package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.IssuedCertificate;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an enrolment makes of a device's state. Pure; {@code enrolment_record} does the same. */
final class EnrolledState {

  private static final String SUPERSEDED = "superseded";

  private EnrolledState() {}

  /** The state after a first enrolment, or a renewal. */
  static DeviceSnapshot of(ProofVerdict.Proven proven, IssuedCertificate issued, Instant now) {
    DeviceSnapshot before = proven.device().snapshot();
    DeviceSnapshot.Device device = before.device();
    DeviceLook.Shown renewed = proven.renewed();
    String kept = renewed == null ? null : renewed.fingerprint();
    List<DeviceSnapshot.Held> unexpired = new ArrayList<>();
    unexpired.add(new DeviceSnapshot.Held(issued.fingerprint(), issued.notAfter(), null));
    before.unexpired().stream().map(one -> superseded(one, kept)).forEach(unexpired::add);
    return new DeviceSnapshot(
        new DeviceSnapshot.Device(
            device.id(),
            device.organisationId(),
            device.version() + 1,
            next(device.lifecycle()),
            device.kind(),
            device.clockless(),
            now),
        unexpired,
        before.assignments(),
        before.configuration(),
        before.gatewayFor());
  }

  private static Lifecycle next(Lifecycle now) {
    return now == Lifecycle.REGISTERED ? Lifecycle.ENROLLED : now;
  }

  private static DeviceSnapshot.Held superseded(DeviceSnapshot.Held held, @Nullable String kept) {
    return held.revocationReason() != null || held.fingerprint().equals(kept)
        ? held
        : new DeviceSnapshot.Held(held.fingerprint(), held.notAfter(), SUPERSEDED);
  }
}
