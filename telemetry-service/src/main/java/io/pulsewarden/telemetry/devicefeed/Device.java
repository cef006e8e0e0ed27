package io.pulsewarden.telemetry.devicefeed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A device as the registry last said.
 *
 * @param version grows with each change of the device
 * @param fingerprints SHA-256 of the certificates that it may use, in lower-case hex
 * @param gatewayFor devices that it may speak for
 * @param withheld status of certificates that it has and may not use, by the same fingerprints
 * @param clockless it has no clock: relative times are taken with a sequence number
 * @param settings what it is to be set to, if that was ever said
 */
public record Device(
    UUID id,
    UUID organisation,
    long version,
    Lifecycle lifecycle,
    Set<String> fingerprints,
    List<Assignment> assignments,
    Set<UUID> gatewayFor,
    Map<String, CertificateStatus> withheld,
    boolean clockless,
    Optional<DeviceSettings> settings) {

  public Device {
    fingerprints = Set.copyOf(fingerprints);
    assignments = List.copyOf(assignments);
    gatewayFor = Set.copyOf(gatewayFor);
    withheld = Map.copyOf(withheld);
  }

  /** A device that has a clock. */
  public Device(
      UUID id,
      UUID organisation,
      long version,
      Lifecycle lifecycle,
      Set<String> fingerprints,
      List<Assignment> assignments,
      Set<UUID> gatewayFor,
      Map<String, CertificateStatus> withheld,
      Optional<DeviceSettings> settings) {
    this(
        id,
        organisation,
        version,
        lifecycle,
        fingerprints,
        assignments,
        gatewayFor,
        withheld,
        false,
        settings);
  }

  /** A device that nothing was ever configured for, and nothing taken from. */
  public Device(
      UUID id,
      UUID organisation,
      long version,
      Lifecycle lifecycle,
      Set<String> fingerprints,
      List<Assignment> assignments,
      Set<UUID> gatewayFor) {
    this(
        id,
        organisation,
        version,
        lifecycle,
        fingerprints,
        assignments,
        gatewayFor,
        Map.of(),
        Optional.empty());
  }

  /** Who wore it then. Assignments don't overlap; if they should, the one begun last counts. */
  public Optional<Assignment> wornAt(long timeMillis) {
    Assignment worn = null;
    for (Assignment assignment : assignments) {
      if (assignment.covers(timeMillis)
          && (worn == null || assignment.fromMillis() > worn.fromMillis())) {
        worn = assignment;
      }
    }
    return Optional.ofNullable(worn);
  }

  /** All who wore it in this span, both ends included. */
  public Set<UUID> wearersBetween(long fromMillis, long untilMillis) {
    return assignments.stream()
        .filter(worn -> worn.fromMillis() <= untilMillis && worn.untilMillis() > fromMillis)
        .map(Assignment::patient)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it is a gateway of any. */
  public boolean speaksForOthers() {
    return !gatewayFor.isEmpty();
  }

  /** Whether a session may stand: the state allows it and the certificate is one of its own. */
  public boolean admits(String fingerprint) {
    return status(fingerprint) == CertificateStatus.GOOD;
  }

  /** What the certificate of this fingerprint is good for, in the device's state. */
  public CertificateStatus status(String fingerprint) {
    CertificateStatus taken = withheld.get(fingerprint);
    if (taken != null) {
      return taken;
    }
    boolean named = fingerprints.contains(fingerprint);
    if (named && lifecycle.mayOpenSession()) {
      return CertificateStatus.GOOD;
    }
    // A registry of before there was such a list names nothing while a device is suspended.
    boolean toldNothing = fingerprints.isEmpty() && withheld.isEmpty();
    return lifecycle.isSuspended() && (named || toldNothing)
        ? CertificateStatus.SUSPENDED
        : CertificateStatus.UNNAMED;
  }
}
