package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.telemetry.devicefeed.CertificateStatus;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.session.Admission.Admitted;
import io.pulsewarden.telemetry.session.Admission.Refused;
import io.pulsewarden.telemetry.session.Standing.Good;
import io.pulsewarden.telemetry.session.Standing.Lost;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class AdmissionPolicyTest {

  private static final UUID ID = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");
  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final TestDeviceCa CA = new TestDeviceCa("devices");
  private static final IssuedCertificate OWN = CA.issue(ID, Duration.ofMinutes(10));

  private final SettableClock clock = new SettableClock(Instant.now());
  private final DeviceDirectory directory = new DeviceDirectory();
  private final FeedFreshness freshness = TestDevices.freshness(clock);
  private final AdmissionPolicy policy =
      new AdmissionPolicy(new DeviceTrust(directory), directory, freshness, clock);
  private long version;

  @BeforeEach
  void knowADevice() {
    TestDevices.putIssuer(directory, CA.certificate());
    TestDevices.heard(freshness, clock.instant());
    put(Lifecycle.ACTIVE, OWN);
  }

  @Test
  void shouldAdmitADeviceWithItsOwnCertificate() {
    assertThat(policy.decide(OWN.chain(), ID.toString()))
        .isInstanceOfSatisfying(
            Admitted.class,
            admitted -> {
              assertThat(admitted.device().id()).isEqualTo(ID);
              assertThat(admitted.issuer()).isEqualTo(CA.certificate());
              assertThat(policy.standing(admitted)).isInstanceOf(Good.class);
            });
  }

  @Test
  void shouldRefuseWhoShowsNoDeviceCertificate() {
    assertThat(policy.decide(List.of(), ID.toString()))
        .isEqualTo(new Refused(RefusalReason.NO_DEVICE_CERTIFICATE, Optional.empty()));
    assertThat(policy.decide(List.of(CA.certificate()), ID.toString()))
        .isEqualTo(new Refused(RefusalReason.NO_DEVICE_CERTIFICATE, Optional.empty()));
  }

  @Test
  void shouldRefuseTheCertificateOfAForeignIssuerEvenOfTheSameName() {
    List<X509Certificate> forged = new TestDeviceCa("devices").issue(ID).chain();

    assertThat(policy.decide(forged, ID.toString()))
        .isEqualTo(new Refused(RefusalReason.FOREIGN_OR_EXPIRED_CERTIFICATE, Optional.empty()));
  }

  @Test
  void shouldRefuseACertificateThatHasEnded() {
    IssuedCertificate brief = CA.issue(ID, clock.instant().plusSeconds(60));
    put(Lifecycle.ACTIVE, brief);
    clock.forward(Duration.ofSeconds(61));
    TestDevices.heard(freshness, clock.instant());

    assertThat(policy.decide(brief.chain(), ID.toString()))
        .isEqualTo(new Refused(RefusalReason.FOREIGN_OR_EXPIRED_CERTIFICATE, Optional.empty()));
  }

  @Test
  void shouldRefuseTheCertificatesOfARetiredIssuer() {
    TestDevices.retireIssuer(directory, CA.certificate());

    assertThat(policy.decide(OWN.chain(), ID.toString()))
        .isEqualTo(new Refused(RefusalReason.FOREIGN_OR_EXPIRED_CERTIFICATE, Optional.empty()));
  }

  @Test
  void shouldRefuseAnotherClientId() {
    assertRefused(RefusalReason.WRONG_CLIENT_ID, policy.decide(OWN.chain(), "pump-7"));
  }

  @Test
  void shouldRefuseADeviceThatNobodyNamed() {
    UUID stranger = UUID.randomUUID();

    assertThat(policy.decide(CA.issue(stranger).chain(), stranger.toString()))
        .isEqualTo(new Refused(RefusalReason.UNKNOWN_DEVICE, Optional.of(stranger)));
  }

  @Test
  void shouldRefuseACertificateMintedBehindTheRegistrysBack() {
    assertRefused(
        RefusalReason.CERTIFICATE_NOT_ALLOWED, policy.decide(CA.issue(ID).chain(), ID.toString()));
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"ENROLLED", "ACTIVE"})
  void shouldRefuseEveryStateButTwo(Lifecycle state) {
    put(state, OWN);

    assertRefused(
        state.isSuspended() ? RefusalReason.SUSPENDED : RefusalReason.STATE_FORBIDS,
        policy.decide(OWN.chain(), ID.toString()));
  }

  @ParameterizedTest
  @EnumSource(Lifecycle.class)
  void shouldSayOfARevokedCertificateThatItIsRevokedInWhateverState(Lifecycle state) {
    Admitted session = admitted();
    withhold(state, CertificateStatus.REVOKED);

    assertThat(policy.standing(session)).isEqualTo(new Lost(CloseReason.REVOKED));
    assertRefused(RefusalReason.CERTIFICATE_REVOKED, policy.decide(OWN.chain(), ID.toString()));
  }

  @Test
  void shouldTellACertificateOnHoldFromOneThatTheSuspendedDeviceNeverHad() {
    Admitted session = admitted();
    withhold(Lifecycle.QUARANTINED, CertificateStatus.SUSPENDED);

    assertThat(policy.standing(session)).isEqualTo(new Lost(CloseReason.SUSPENDED));
    assertRefused(RefusalReason.SUSPENDED, policy.decide(OWN.chain(), ID.toString()));
    assertRefused(RefusalReason.STATE_FORBIDS, policy.decide(CA.issue(ID).chain(), ID.toString()));
  }

  @Test
  void shouldRefuseWhileTheFeedIsOldAndAdmitOnTheNextHeartbeat() {
    clock.forward(Duration.ofMillis(30_001));
    assertRefused(RefusalReason.FEED_STALE, policy.decide(OWN.chain(), ID.toString()));

    TestDevices.heard(freshness, clock.instant());
    assertThat(policy.decide(OWN.chain(), ID.toString())).isInstanceOf(Admitted.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"QUARANTINED", "MAINTENANCE", "LOST", "UNKNOWN"})
  void shouldSuspendASessionInAStateThatADeviceReturnsFrom(Lifecycle state) {
    Admitted session = admitted();
    put(state, OWN);
    assertThat(policy.standing(session)).isEqualTo(new Lost(CloseReason.SUSPENDED));

    put(Lifecycle.ACTIVE, OWN);
    assertThat(policy.standing(session)).isInstanceOf(Good.class);
    assertThat(policy.decide(OWN.chain(), ID.toString())).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldRevokeASessionOfADecommissionedDeviceARevokedCertificateOrARetiredIssuer() {
    Lost revoked = new Lost(CloseReason.REVOKED);
    Admitted session = admitted();
    put(Lifecycle.DECOMMISSIONED, OWN);
    assertThat(policy.standing(session)).isEqualTo(revoked);

    put(Lifecycle.ACTIVE, CA.issue(ID));
    assertThat(policy.standing(session)).isEqualTo(revoked);

    put(Lifecycle.ACTIVE, OWN);
    assertThat(policy.standing(session)).isInstanceOf(Good.class);
    TestDevices.retireIssuer(directory, CA.certificate());
    assertThat(policy.standing(session)).isEqualTo(revoked);
  }

  @Test
  void shouldEndASessionWithItsCertificate() {
    Admitted session = admitted();
    clock.forward(Duration.ofMinutes(10).plusSeconds(1));

    assertThat(policy.standing(session)).isEqualTo(new Lost(CloseReason.CERTIFICATE_EXPIRED));
  }

  private Admitted admitted() {
    return (Admitted) policy.decide(OWN.chain(), ID.toString());
  }

  private void put(Lifecycle state, IssuedCertificate certificate) {
    TestDevices.put(
        directory,
        new Device(
            ID,
            ORGANISATION,
            ++version,
            state,
            Set.of(HexFormat.of().formatHex(TestDeviceCa.fingerprint(certificate.leaf()))),
            List.of(),
            Set.of()));
  }

  private void withhold(Lifecycle state, CertificateStatus status) {
    TestDevices.put(
        directory,
        new Device(
            ID,
            ORGANISATION,
            ++version,
            state,
            Set.of(),
            List.of(),
            Set.of(),
            Map.of(HexFormat.of().formatHex(TestDeviceCa.fingerprint(OWN.leaf())), status),
            Optional.empty()));
  }

  private static void assertRefused(RefusalReason reason, Admission admission) {
    assertThat(admission).isEqualTo(new Refused(reason, Optional.of(ID)));
  }
}
