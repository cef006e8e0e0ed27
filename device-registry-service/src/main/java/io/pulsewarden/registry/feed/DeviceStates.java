package io.pulsewarden.registry.feed;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.deviceregistry.v1.Assignment;
import io.pulsewarden.contracts.deviceregistry.v1.Credential;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceConfiguration;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceIssuer;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceKind;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import io.pulsewarden.contracts.deviceregistry.v1.FeedHeartbeat;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldCredential;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.device.DeviceSettings;
import io.pulsewarden.registry.device.EffectiveConfiguration;
import io.pulsewarden.registry.device.Lifecycle;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;

/** Renders records of {@code device-registry.device-state.v1}. Pure. */
final class DeviceStates {

  static final String TOPIC = "device-registry.device-state.v1";

  /** Nobody has sessions of so many; a device that renews all the time must not swell the feed. */
  private static final int MAX_WITHHELD = 16;

  static final ByteString HEARTBEAT_KEY = ByteString.copyFromUtf8("heartbeat");

  private DeviceStates() {}

  static OutboxRow device(DeviceSnapshot snapshot) {
    DeviceSnapshot.Device device = snapshot.device();
    DeviceState.Builder state =
        DeviceState.newBuilder()
            .setDeviceId(device.id().toString())
            .setOrganisationId(device.organisationId().toString())
            .setVersion(device.version())
            .setLifecycle(lifecycle(device.lifecycle()))
            .setKind(kind(device.kind()))
            .setClockless(device.clockless())
            .setChangedAtMs(device.changedAt().toEpochMilli());
    snapshot.unexpired().stream()
        .filter(certificate -> admits(device, certificate))
        .forEach(certificate -> state.addCredentials(credential(certificate)));
    snapshot.unexpired().stream()
        .filter(certificate -> !admits(device, certificate))
        .limit(MAX_WITHHELD)
        .forEach(certificate -> state.addWithheldCredentials(withheld(certificate)));
    snapshot.assignments().forEach(assignment -> state.addAssignments(assignment(assignment)));
    snapshot.gatewayFor().forEach(spokenFor -> state.addGatewayFor(spokenFor.toString()));
    if (snapshot.configuration().version() > 0) {
      state.setConfiguration(configuration(snapshot.configuration()));
    }
    return OutboxRow.record(
        TOPIC,
        snapshot.key(),
        DeviceStateRecord.newBuilder().setDevice(state.build()).build().toByteString());
  }

  static OutboxRow issuer(X509Certificate certificate, boolean retired) {
    return row(
        "issuer-" + AnnouncedIssuers.fingerprint(certificate),
        DeviceStateRecord.newBuilder()
            .setIssuer(
                DeviceIssuer.newBuilder()
                    .setCertificate(ByteString.copyFrom(encoded(certificate)))
                    .setRetired(retired))
            .build());
  }

  static byte[] heartbeat(Instant now) {
    return DeviceStateRecord.newBuilder()
        .setHeartbeat(FeedHeartbeat.newBuilder().setAtMs(now.toEpochMilli()).build())
        .build()
        .toByteArray();
  }

  private static OutboxRow row(String key, DeviceStateRecord record) {
    return OutboxRow.record(TOPIC, ByteString.copyFromUtf8(key), record.toByteString());
  }

  private static DeviceConfiguration configuration(EffectiveConfiguration effective) {
    DeviceSettings settings = effective.settings();
    DeviceConfiguration.Builder rendered =
        DeviceConfiguration.newBuilder().setVersion(effective.version());
    Integer sampling = settings.samplingIntervalS();
    if (sampling != null) {
      rendered.setSamplingIntervalS(sampling);
    }
    Integer reporting = settings.reportingIntervalS();
    if (reporting != null) {
      rendered.setReportingIntervalS(reporting);
    }
    Integer battery = settings.batteryThresholdPercent();
    if (battery != null) {
      rendered.setBatteryThresholdPercent(battery);
    }
    return rendered.build();
  }

  private static boolean admits(DeviceSnapshot.Device device, DeviceSnapshot.Held certificate) {
    return device.lifecycle().mayConnect() && certificate.isGood();
  }

  private static WithheldCredential withheld(DeviceSnapshot.Held certificate) {
    return WithheldCredential.newBuilder()
        .setFingerprint(ByteString.copyFrom(HexFormat.of().parseHex(certificate.fingerprint())))
        .setNotAfterMs(certificate.notAfter().toEpochMilli())
        .setReason(
            certificate.isRevokedForGood()
                ? WithheldReason.WITHHELD_REASON_REVOKED
                : WithheldReason.WITHHELD_REASON_SUSPENDED)
        .build();
  }

  private static Credential credential(DeviceSnapshot.Held certificate) {
    return Credential.newBuilder()
        .setFingerprint(ByteString.copyFrom(HexFormat.of().parseHex(certificate.fingerprint())))
        .setNotAfterMs(certificate.notAfter().toEpochMilli())
        .build();
  }

  private static Assignment assignment(DeviceSnapshot.Worn assignment) {
    Assignment.Builder rendered =
        Assignment.newBuilder()
            .setAssignmentId(assignment.id().toString())
            .setVersion(assignment.version())
            .setPatientId(assignment.patientId().toString())
            .setFromMs(assignment.from().toEpochMilli());
    Instant until = assignment.until();
    if (until != null) {
      rendered.setUntilMs(until.toEpochMilli());
    }
    return rendered.build();
  }

  private static LifecycleState lifecycle(Lifecycle lifecycle) {
    return switch (lifecycle) {
      case PROCURED -> LifecycleState.LIFECYCLE_STATE_PROCURED;
      case REGISTERED -> LifecycleState.LIFECYCLE_STATE_REGISTERED;
      case ENROLLED -> LifecycleState.LIFECYCLE_STATE_ENROLLED;
      case ACTIVE -> LifecycleState.LIFECYCLE_STATE_ACTIVE;
      case MAINTENANCE -> LifecycleState.LIFECYCLE_STATE_MAINTENANCE;
      case QUARANTINED -> LifecycleState.LIFECYCLE_STATE_QUARANTINED;
      case LOST -> LifecycleState.LIFECYCLE_STATE_LOST;
      case DECOMMISSIONED -> LifecycleState.LIFECYCLE_STATE_DECOMMISSIONED;
    };
  }

  private static DeviceKind kind(io.pulsewarden.registry.device.DeviceKind kind) {
    return switch (kind) {
      case SENSOR -> DeviceKind.DEVICE_KIND_SENSOR;
      case GATEWAY -> DeviceKind.DEVICE_KIND_GATEWAY;
      case PHONE -> DeviceKind.DEVICE_KIND_PHONE;
    };
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException unreadable) {
      throw new IllegalStateException("an issuer's certificate can't be encoded", unreadable);
    }
  }
}
