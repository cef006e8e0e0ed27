package io.pulsewarden.keys.access;

import io.pulsewarden.mtls.PeerIdentity;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Which service is at the other end of a connection, by the certificate that it showed. */
public final class Peers {

  /** The reason code where none was shown. */
  public static final String NO_CERTIFICATE = "no-certificate";

  private Peers() {}

  /** The service, or why there is none. */
  public static PeerIdentity of(@Nullable SSLSession session, String trustDomain) {
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate shown
          ? PeerIdentity.of(shown, trustDomain)
          : new PeerIdentity.Refused(NO_CERTIFICATE);
    } catch (SSLPeerUnverifiedException none) {
      return new PeerIdentity.Refused(NO_CERTIFICATE);
    }
  }
}
