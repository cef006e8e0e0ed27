package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.session.Admission.Admitted;
import io.pulsewarden.telemetry.session.Admission.Refused;
import jakarta.inject.Singleton;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Decides at CONNECT, from memory alone. The chain is checked again here because TLS resumption
 * skips a handshake's checks. Thread-safe.
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
    if (!trusted(chain) || certificate.notAfterMillis() <= clock.millis()) {
      return new Refused(RefusalReason.FOREIGN_OR_EXPIRED_CERTIFICATE, Optional.empty());
    }
    return decide(certificate, clientId);
  }

  private Admission decide(DeviceCertificate certificate, String clientId) {
    if (!clientId.equals(certificate.device().toString())) {
      return refused(certificate, RefusalReason.WRONG_CLIENT_ID);
    }
    if (!freshness.admitsSessions()) {
      return refused(certificate, RefusalReason.FEED_STALE);
    }
    Optional<Device> device = directory.find(certificate.device());
    if (device.isEmpty()) {
      return refused(certificate, RefusalReason.UNKNOWN_DEVICE);
    }
    if (!device.get().lifecycle().mayOpenSession()) {
      return refused(certificate, RefusalReason.STATE_FORBIDS);
    }
    if (!device.get().admits(certificate.fingerprint())) {
      return refused(certificate, RefusalReason.CERTIFICATE_NOT_ALLOWED);
    }
    return new Admitted(device.get(), certificate);
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

  private static Refused refused(DeviceCertificate certificate, RefusalReason reason) {
    return new Refused(reason, Optional.of(certificate.device()));
  }
}
