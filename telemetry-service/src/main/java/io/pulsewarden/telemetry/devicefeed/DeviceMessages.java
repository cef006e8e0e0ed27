package io.pulsewarden.telemetry.devicefeed;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceConfiguration;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceIssuer;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceKind;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Applies one record of device-registry.device-state.v1 to what is held in memory. */
final class DeviceMessages {

  private final DeviceDirectory directory;
  private final FeedFreshness freshness;

  DeviceMessages(DeviceDirectory directory, FeedFreshness freshness) {
    this.directory = directory;
    this.freshness = freshness;
  }

  /**
   * Applies a record.
   *
   * @param value null for a tombstone
   * @return false if it can't be read; a device that it is about may do nothing from now on
   */
  boolean apply(int partition, String key, byte @Nullable [] value) {
    if (value == null) {
      forget(key);
      return true;
    }
    try {
      DeviceStateRecord record = DeviceStateRecord.parseFrom(value);
      return switch (record.getContentCase()) {
        case DEVICE -> {
          directory.put(device(record.getDevice()));
          yield true;
        }
        case HEARTBEAT -> {
          freshness.heartbeat(partition, record.getHeartbeat().getAtMs());
          yield true;
        }
        case ISSUER -> {
          issuer(key, record.getIssuer());
          yield true;
        }
        case CONTENT_NOT_SET -> {
          forget(key);
          yield false;
        }
      };
    } catch (InvalidProtocolBufferException
        | CertificateException
        | IllegalArgumentException unreadable) {
      forget(key);
      return false;
    }
  }

  private void forget(String key) {
    if (key.startsWith("issuer-")) {
      directory.removeIssuer(key);
      return;
    }
    try {
      directory.remove(UUID.fromString(key));
    } catch (IllegalArgumentException nothingOfOurs) {
      // Neither a device nor an issuer: there is nothing to forget.
      return;
    }
  }

  private void issuer(String key, DeviceIssuer issuer) throws CertificateException {
    if (issuer.getRetired()) {
      directory.removeIssuer(key);
      return;
    }
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(issuer.getCertificate().newInput());
    directory.putIssuer(key, certificate);
  }

  private static Device device(DeviceState state) {
    return new Device(
        UUID.fromString(state.getDeviceId()),
        UUID.fromString(state.getOrganisationId()),
        state.getVersion(),
        lifecycle(state.getLifecycle()),
        Set.copyOf(
            state.getCredentialsList().stream()
                .map(credential -> hex(credential.getFingerprint()))
                .toList()),
        state.getAssignmentsList().stream().map(DeviceMessages::assignment).toList(),
        state.getKind() == DeviceKind.DEVICE_KIND_GATEWAY
            ? Set.copyOf(state.getGatewayForList().stream().map(UUID::fromString).toList())
            : Set.of(),
        state.getWithheldCredentialsList().stream()
            .collect(
                Collectors.toMap(
                    withheld -> hex(withheld.getFingerprint()),
                    withheld -> status(withheld.getReason()),
                    DeviceMessages::worse)),
        state.getClockless(),
        state.hasConfiguration()
            ? Optional.of(settings(state.getConfiguration()))
            : Optional.empty());
  }

  private static CertificateStatus status(WithheldReason reason) {
    return switch (reason) {
      case WITHHELD_REASON_REVOKED -> CertificateStatus.REVOKED;
      // A reason that a newer registry knows: it is withheld, and may come back for all we know.
      case WITHHELD_REASON_SUSPENDED, WITHHELD_REASON_UNSPECIFIED, UNRECOGNIZED ->
          CertificateStatus.SUSPENDED;
    };
  }

  private static CertificateStatus worse(CertificateStatus one, CertificateStatus other) {
    return one == CertificateStatus.REVOKED ? one : other;
  }

  private static DeviceSettings settings(DeviceConfiguration configuration) {
    return new DeviceSettings(
        configuration.getVersion(),
        configuration.hasSamplingIntervalS()
            ? OptionalInt.of(configuration.getSamplingIntervalS())
            : OptionalInt.empty(),
        configuration.hasReportingIntervalS()
            ? OptionalInt.of(configuration.getReportingIntervalS())
            : OptionalInt.empty(),
        configuration.hasBatteryThresholdPercent()
            ? OptionalInt.of(configuration.getBatteryThresholdPercent())
            : OptionalInt.empty());
  }

  private static Assignment assignment(
      io.pulsewarden.contracts.deviceregistry.v1.Assignment assignment) {
    return new Assignment(
        UUID.fromString(assignment.getAssignmentId()),
        assignment.getVersion(),
        UUID.fromString(assignment.getPatientId()),
        assignment.getFromMs(),
        assignment.hasUntilMs() ? assignment.getUntilMs() : Long.MAX_VALUE);
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static Lifecycle lifecycle(LifecycleState state) {
    return switch (state) {
      case LIFECYCLE_STATE_PROCURED -> Lifecycle.PROCURED;
      case LIFECYCLE_STATE_REGISTERED -> Lifecycle.REGISTERED;
      case LIFECYCLE_STATE_ENROLLED -> Lifecycle.ENROLLED;
      case LIFECYCLE_STATE_ACTIVE -> Lifecycle.ACTIVE;
      case LIFECYCLE_STATE_MAINTENANCE -> Lifecycle.MAINTENANCE;
      case LIFECYCLE_STATE_QUARANTINED -> Lifecycle.QUARANTINED;
      case LIFECYCLE_STATE_LOST -> Lifecycle.LOST;
      case LIFECYCLE_STATE_DECOMMISSIONED -> Lifecycle.DECOMMISSIONED;
      case LIFECYCLE_STATE_UNSPECIFIED, UNRECOGNIZED -> Lifecycle.UNKNOWN;
    };
  }
}
