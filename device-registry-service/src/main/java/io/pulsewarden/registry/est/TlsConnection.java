package io.pulsewarden.registry.est;

import io.pulsewarden.registry.csr.ChannelBinding;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What TLS knows of a caller: certificates whose key it has proven to hold, and nothing more. Who
 * may do what with them is decided by who reads them, against the registry's own records.
 */
final class TlsConnection implements ChannelBinding {

  private static final String LABEL = "EXPORTER-Channel-Binding";
  private static final int LENGTH = 32;

  private final @Nullable SSLSession session;

  TlsConnection(@Nullable SSLSession session) {
    this.session = session;
  }

  /** The caller's own certificate first; empty if it showed none. */
  List<X509Certificate> certificates() {
    if (session == null) {
      return List.of();
    }
    try {
      return Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException none) {
      return List.of();
    }
  }

  /** Of TLS 1.3 alone: before it, two connections could share the value (RFC 9266, section 4.2). */
  @Override
  public @Nullable String exporter() {
    if (!(session instanceof ExtendedSSLSession extended)
        || !"TLSv1.3".equals(extended.getProtocol())) {
      return null;
    }
    try {
      return Base64.getEncoder()
          .encodeToString(extended.exportKeyingMaterialData(LABEL, new byte[0], LENGTH));
    } catch (SSLException | UnsupportedOperationException unavailable) {
      return null;
    }
  }
}
