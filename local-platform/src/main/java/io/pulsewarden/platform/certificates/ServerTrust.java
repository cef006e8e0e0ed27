package io.pulsewarden.platform.certificates;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS to servers of some authorities and no others. */
public final class ServerTrust {

  private ServerTrust() {}

  /** Shows no certificate of its own. */
  public static SSLContext of(Collection<X509Certificate> authorities) throws IOException {
    if (authorities.isEmpty()) {
      throw new IOException("no authority to trust");
    }
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate one : authorities) {
        store.setCertificateEntry(one.getSerialNumber().toString(), one);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      return tls;
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the authorities' certificates can't be used", unusable);
    }
  }
}
