package io.pulsewarden.telemetry.session;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A device's TLS: its own certificate, or none, and trust in the edge CA. */
final class DeviceTls {

  private DeviceTls() {}

  static SSLContext context(@Nullable IssuedCertificate own, X509Certificate edgeCa) {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      anchors.setCertificateEntry("edge", edgeCa);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(anchors);
      KeyManager[] shown = own == null ? new KeyManager[0] : new KeyManager[] {new OneKey(own)};
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
