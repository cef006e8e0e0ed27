package io.pulsewarden.telemetry.devicefeed;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A device as the registry last said.
 *
 * @param version grows with each change of the device
 * @param fingerprints SHA-256 of the certificates that it may use, in lower-case hex
 * @param gatewayFor devices that it may speak for
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
    Optional<DeviceSettings> settings) {

  public Device {
    fingerprints = Set.copyOf(fingerprints);
    assignments = List.copyOf(assignments);
    gatewayFor = Set.copyOf(gatewayFor);
  }

  /** A device that nothing was ever configured for. */
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
        Optional.empty());
  }

  /** Who wore it then. Assignments don't overlap; if they should, the one begun last counts. */
  public Optional<Assignment> wornAt(long timeMillis) {
    return assignments.stream()
        .filter(assignment -> assignment.covers(timeMillis))
        .max(Comparator.comparingLong(Assignment::fromMillis));
  }

  /** Whether a session may stand: the state allows it and the certificate is one of its own. */
  public boolean admits(String fingerprint) {
    return lifecycle.mayOpenSession() && fingerprints.contains(fingerprint);
  }
}
