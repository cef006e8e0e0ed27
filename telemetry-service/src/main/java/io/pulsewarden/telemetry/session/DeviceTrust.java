package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the device issuers of the feed, as they are now, and nobody before the feed named one.
 * Names are not looked at: a device has no host name. Thread-safe.
 */
@Singleton
final class DeviceTrust extends X509ExtendedTrustManager implements DeviceDirectory.Listener {

  private volatile @Nullable X509TrustManager issuers;

  DeviceTrust(DeviceDirectory directory) {
    directory.addListener(this);
    issuersChanged(directory.issuers());
  }

  @Override
  public void issuersChanged(List<X509Certificate> certificates) {
    issuers = certificates.isEmpty() ? null : trustManager(certificates);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    X509TrustManager now = issuers;
    if (now == null) {
      throw new CertificateException("no device issuer is known");
    }
    now.checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no device is a server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    X509TrustManager now = issuers;
    return now == null ? new X509Certificate[0] : now.getAcceptedIssuers();
  }

  private static X509TrustManager trustManager(List<X509Certificate> certificates) {
    try {
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        anchors.setCertificateEntry("issuer-" + i, certificates.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(anchors);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException("device issuers can't be taken over", broken);
    }
  }
}
