package io.pulsewarden.telemetry.devicefeed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.deviceregistry.v1.Credential;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceIssuer;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceKind;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldCredential;
import io.pulsewarden.contracts.deviceregistry.v1.WithheldReason;
import io.pulsewarden.platform.certificates.LocalCa;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeviceMessagesTest {

  private static final UUID ID = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");
  private static final UUID PATIENT = UUID.fromString("00000000-0000-4000-8000-0000000000a1");

  private final DeviceDirectory directory = new DeviceDirectory();
  private final DeviceMessages messages =
      new DeviceMessages(directory, TestDevices.freshness(Clock.systemUTC()));

  @Test
  void shouldTakeTheNewestVersionWhateverComesLater() {
    apply(state(7, LifecycleState.LIFECYCLE_STATE_ACTIVE));
    apply(state(6, LifecycleState.LIFECYCLE_STATE_LOST));

    assertThat(directory.find(ID).map(Device::lifecycle)).contains(Lifecycle.ACTIVE);
  }

  @Test
  void shouldTellListenersOfEachChange() {
    List<UUID> changed = new ArrayList<>();
    directory.addListener(
        new DeviceDirectory.Listener() {
          @Override
          public void deviceChanged(UUID device) {
            changed.add(device);
          }
        });

    apply(state(1, LifecycleState.LIFECYCLE_STATE_ACTIVE));
    apply(state(1, LifecycleState.LIFECYCLE_STATE_ACTIVE));
    messages.apply(0, ID.toString(), null);

    assertThat(changed).containsExactly(ID, ID);
    assertThat(directory.find(ID)).isEmpty();
  }

  @Test
  void shouldShutOutADeviceWhoseStateCanNotBeRead() {
    apply(state(1, LifecycleState.LIFECYCLE_STATE_ACTIVE));

    assertThat(messages.apply(0, ID.toString(), new byte[] {1, 2, 3})).isFalse();
    assertThat(directory.find(ID)).isEmpty();
  }

  @Test
  void shouldAllowNothingInAStateThatItDoesNotKnow() {
    apply(state(1, LifecycleState.LIFECYCLE_STATE_ACTIVE).setLifecycleValue(99));

    assertThat(directory.find(ID).orElseThrow().admits("ab")).isFalse();
  }

  @Test
  void shouldTakeOverWhoWearsItAndWhichCertificatesItHas() {
    apply(
        state(1, LifecycleState.LIFECYCLE_STATE_ENROLLED)
            .addCredentials(
                Credential.newBuilder()
                    .setFingerprint(ByteString.copyFrom(new byte[] {(byte) 0xab})))
            .addAssignments(
                io.pulsewarden.contracts.deviceregistry.v1.Assignment.newBuilder()
                    .setAssignmentId(PATIENT.toString())
                    .setVersion(2)
                    .setPatientId(PATIENT.toString())
                    .setFromMs(10)
                    .setUntilMs(20)));

    Device device = directory.find(ID).orElseThrow();
    assertThat(device.admits("ab")).isTrue();
    assertThat(device.admits("ac")).isFalse();
    assertThat(device.wornAt(9)).isEmpty();
    assertThat(device.wornAt(10))
        .isEqualTo(Optional.of(new Assignment(PATIENT, 2, PATIENT, 10, 20)));
    assertThat(device.wornAt(20)).isEmpty();
  }

  @Test
  void shouldTellWhatIsWithheldForNowFromWhatIsRevoked() {
    apply(
        state(1, LifecycleState.LIFECYCLE_STATE_QUARANTINED)
            .addWithheldCredentials(withheld(0xab, WithheldReason.WITHHELD_REASON_SUSPENDED))
            .addWithheldCredentials(withheld(0xac, WithheldReason.WITHHELD_REASON_REVOKED))
            .addWithheldCredentials(
                withheld(0xad, WithheldReason.WITHHELD_REASON_SUSPENDED).setReasonValue(99)));

    Device device = directory.find(ID).orElseThrow();
    assertThat(device.status("ab")).isEqualTo(CertificateStatus.SUSPENDED);
    assertThat(device.status("ac")).isEqualTo(CertificateStatus.REVOKED);
    assertThat(device.status("ad")).isEqualTo(CertificateStatus.SUSPENDED);
    assertThat(device.status("ae")).isEqualTo(CertificateStatus.UNNAMED);
  }

  @Test
  void shouldAdmitNothingThatIsWithheldInWhateverState() {
    apply(
        state(1, LifecycleState.LIFECYCLE_STATE_ACTIVE)
            .addCredentials(
                Credential.newBuilder()
                    .setFingerprint(ByteString.copyFrom(new byte[] {(byte) 0xab})))
            .addWithheldCredentials(withheld(0xab, WithheldReason.WITHHELD_REASON_REVOKED)));

    assertThat(directory.find(ID).orElseThrow().status("ab")).isEqualTo(CertificateStatus.REVOKED);
  }

  @Test
  void shouldTakeADeviceForSuspendedThatAnOlderRegistryNamesNoCertificatesOf() {
    apply(state(1, LifecycleState.LIFECYCLE_STATE_QUARANTINED));

    assertThat(directory.find(ID).orElseThrow().status("ab"))
        .isEqualTo(CertificateStatus.SUSPENDED);
  }

  @Test
  void shouldLetOnlyAGatewaySpeakForOthers() {
    apply(state(1, LifecycleState.LIFECYCLE_STATE_ACTIVE).addGatewayFor(PATIENT.toString()));
    assertThat(directory.find(ID).orElseThrow().gatewayFor()).isEmpty();

    apply(
        state(2, LifecycleState.LIFECYCLE_STATE_ACTIVE)
            .setKind(DeviceKind.DEVICE_KIND_GATEWAY)
            .addGatewayFor(PATIENT.toString()));
    assertThat(directory.find(ID).orElseThrow().gatewayFor()).containsExactly(PATIENT);
  }

  @Test
  void shouldTrustAnIssuerUntilItRetires() throws CertificateEncodingException {
    X509Certificate issuer = LocalCa.create("devices").certificate();
    DeviceIssuer.Builder record =
        DeviceIssuer.newBuilder().setCertificate(ByteString.copyFrom(issuer.getEncoded()));

    messages.apply(0, "issuer-1", record(record));
    assertThat(directory.issuers()).containsExactly(issuer);

    messages.apply(0, "issuer-1", record(record.setRetired(true)));
    assertThat(directory.issuers()).isEmpty();
  }

  private static WithheldCredential.Builder withheld(int fingerprint, WithheldReason reason) {
    return WithheldCredential.newBuilder()
        .setFingerprint(ByteString.copyFrom(new byte[] {(byte) fingerprint}))
        .setReason(reason);
  }

  private void apply(DeviceState.Builder state) {
    assertThat(
            messages.apply(
                0,
                ID.toString(),
                DeviceStateRecord.newBuilder().setDevice(state).build().toByteArray()))
        .isTrue();
  }

  private static byte[] record(DeviceIssuer.Builder issuer) {
    return DeviceStateRecord.newBuilder().setIssuer(issuer).build().toByteArray();
  }

  private static DeviceState.Builder state(long version, LifecycleState lifecycle) {
    return DeviceState.newBuilder()
        .setDeviceId(ID.toString())
        .setOrganisationId(PATIENT.toString())
        .setVersion(version)
        .setLifecycle(lifecycle);
  }
}
