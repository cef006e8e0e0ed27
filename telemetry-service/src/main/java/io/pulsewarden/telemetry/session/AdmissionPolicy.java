package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.session.Admission.Admitted;
import io.pulsewarden.telemetry.session.Admission.Refused;
import io.pulsewarden.telemetry.session.Standing.Good;
import io.pulsewarden.telemetry.session.Standing.Lost;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Decides at CONNECT, and afterwards whenever something changed or is to be acknowledged; always
 * from memory alone. The chain is checked again at CONNECT because TLS resumption skips a
 * handshake's checks. Thread-safe.
 */
@Singleton
class AdmissionPolicy {

  private final DeviceTrust trust;
  private final DeviceDirectory directory;
  private final FeedFreshness freshness;
  private final Clock clock;

  AdmissionPolicy(
      DeviceTrust trust, DeviceDirectory directory, FeedFreshness freshness, Clock clock) {
    this.trust = trust;
    this.directory = directory;
    this.freshness = freshness;
    this.clock = clock;
  }

  /**
   * Decides.
   *
   * @param chain as TLS has it, the device's own certificate first
   * @param clientId as in CONNECT
   */
  Admission decide(List<X509Certificate> chain, String clientId) {
    Optional<DeviceCertificate> own = chain.stream().findFirst().flatMap(DeviceCertificate::of);
    if (own.isEmpty()) {
      return new Refused(RefusalReason.NO_DEVICE_CERTIFICATE, Optional.empty());
    }
    DeviceCertificate certificate = own.get();
    Optional<X509Certificate> issuer = trusted(chain) ? issuer(chain.getFirst()) : Optional.empty();
    if (issuer.isEmpty() || certificate.notAfterMillis() <= clock.millis()) {
      return new Refused(RefusalReason.FOREIGN_OR_EXPIRED_CERTIFICATE, Optional.empty());
    }
    return decide(certificate, issuer.get(), clientId);
  }

  /**
   * Whether a session that was admitted may stand, now. How old the feed is does not count here: a
   * session outlives a silent registry for as long as {@link FeedWatch} lets it.
   */
  Standing standing(Admitted admitted) {
    DeviceCertificate certificate = admitted.certificate();
    if (certificate.notAfterMillis() <= clock.millis()) {
      return new Lost(CloseReason.CERTIFICATE_EXPIRED);
    }
    Optional<Device> found = directory.find(certificate.device());
    if (found.isEmpty() || !directory.trusts(admitted.issuer())) {
      return new Lost(CloseReason.REVOKED);
    }
    Device device = found.get();
    return switch (device.status(certificate.fingerprint())) {
      case GOOD -> new Good(device);
      case SUSPENDED -> new Lost(CloseReason.SUSPENDED);
      case REVOKED, UNNAMED -> new Lost(CloseReason.REVOKED);
    };
  }

  private Admission decide(DeviceCertificate certificate, X509Certificate issuer, String clientId) {
    if (!clientId.equals(certificate.device().toString())) {
      return refused(certificate, RefusalReason.WRONG_CLIENT_ID);
    }
    if (!freshness.admitsSessions()) {
      return refused(certificate, RefusalReason.FEED_STALE);
    }
    Optional<Device> found = directory.find(certificate.device());
    if (found.isEmpty()) {
      return refused(certificate, RefusalReason.UNKNOWN_DEVICE);
    }
    Device device = found.get();
    return switch (device.status(certificate.fingerprint())) {
      case GOOD -> new Admitted(device, certificate, issuer);
      case SUSPENDED -> refused(certificate, RefusalReason.SUSPENDED);
      case REVOKED -> refused(certificate, RefusalReason.CERTIFICATE_REVOKED);
      case UNNAMED ->
          refused(
              certificate,
              device.lifecycle().mayOpenSession()
                  ? RefusalReason.CERTIFICATE_NOT_ALLOWED
                  : RefusalReason.STATE_FORBIDS);
    };
  }

  private boolean trusted(List<X509Certificate> chain) {
    try {
      trust.checkClientTrusted(
          chain.toArray(X509Certificate[]::new), chain.getFirst().getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException foreign) {
      return false;
    }
  }

  /** The one anchor that signed it: an issuing CA signs devices' certificates itself. */
  private Optional<X509Certificate> issuer(X509Certificate leaf) {
    return directory.issuers().stream().filter(issuer -> signed(issuer, leaf)).findFirst();
  }

  private static boolean signed(X509Certificate issuer, X509Certificate leaf) {
    if (!issuer.getSubjectX500Principal().equals(leaf.getIssuerX500Principal())) {
      return false;
    }
    try {
      leaf.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  private static Refused refused(DeviceCertificate certificate, RefusalReason reason) {
    return new Refused(reason, Optional.of(certificate.device()));
  }
}
