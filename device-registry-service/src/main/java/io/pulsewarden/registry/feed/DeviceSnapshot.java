package io.pulsewarden.registry.feed;

import com.google.protobuf.ByteString;
import io.pulsewarden.registry.device.AssignmentEntity;
import io.pulsewarden.registry.device.CertificateEntity;
import io.pulsewarden.registry.device.DeviceEntity;
import io.pulsewarden.registry.device.DeviceKind;
import io.pulsewarden.registry.device.EffectiveConfiguration;
import io.pulsewarden.registry.device.Lifecycle;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that the feed tells of one device, whoever read it.
 *
 * @param unexpired certificates of the device, the newest first
 * @param gatewayFor whom it may speak for, in the order of their ids
 */
public record DeviceSnapshot(
    Device device,
    List<Held> unexpired,
    List<Worn> assignments,
    EffectiveConfiguration configuration,
    List<UUID> gatewayFor) {

  public DeviceSnapshot {
    unexpired = List.copyOf(unexpired);
    assignments = List.copyOf(assignments);
    gatewayFor = List.copyOf(gatewayFor);
  }

  /** The device itself. */
  public record Device(
      UUID id,
      UUID organisationId,
      long version,
      Lifecycle lifecycle,
      DeviceKind kind,
      boolean clockless,
      Instant changedAt) {

    static Device of(DeviceEntity device) {
      return new Device(
          device.id(),
          device.organisationId(),
          device.version(),
          device.lifecycle(),
          device.description().kind(),
          device.description().clockless(),
          device.changedAt());
    }
  }

  /**
   * A certificate that has not expired.
   *
   * @param fingerprint SHA-256 over the DER, in hexadecimal
   * @param revocationReason null: it is good
   */
  public record Held(String fingerprint, Instant notAfter, @Nullable String revocationReason) {

    static Held of(CertificateEntity certificate) {
      return new Held(
          certificate.fingerprint(), certificate.notAfter(), certificate.revocationReason());
    }

    boolean isGood() {
      return revocationReason == null;
    }

    boolean isRevokedForGood() {
      return revocationReason != null && !CertificateEntity.HOLD.equals(revocationReason);
    }
  }

  /** Who wears it in [from, until). */
  public record Worn(UUID id, int version, UUID patientId, Instant from, @Nullable Instant until) {

    static Worn of(AssignmentEntity assignment) {
      return new Worn(
          assignment.id(),
          assignment.version(),
          assignment.patientId(),
          assignment.from(),
          assignment.until());
    }
  }

  /** The feed's topic. */
  public static String topic() {
    return DeviceStates.TOPIC;
  }

  /** Key of the device's record. */
  public ByteString key() {
    return ByteString.copyFromUtf8(device.id().toString());
  }

  /** The device's record. */
  public ByteString value() {
    return DeviceStates.device(this).value();
  }
}
