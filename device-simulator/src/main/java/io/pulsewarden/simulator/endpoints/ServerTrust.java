package io.pulsewarden.simulator.endpoints;

import io.pulsewarden.simulator.SimulatorException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Trust in the platform's servers: the certificate authorities of one file and no others. */
public final class ServerTrust {

  private final TrustManager[] trustManagers;

  private ServerTrust(TrustManager[] trustManagers) {
    this.trustManagers = trustManagers;
  }

  /** Reads a file of PEM certificates. */
  public static ServerTrust of(Path caFile) {
    try (InputStream pem = Files.newInputStream(caFile)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int next = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca-" + next++, each);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return new ServerTrust(factory.getTrustManagers());
    } catch (IOException | GeneralSecurityException e) {
      throw new SimulatorException("cannot read the certificate authorities in " + caFile, e);
    }
  }

  /** A context that trusts these servers and shows the given keys, if any. */
  public SSLContext context(KeyManager... keys) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.length == 0 ? null : keys, trustManagers, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /** An HTTPS client that trusts these servers. */
  public HttpClient httpClient() {
    return HttpClient.newBuilder()
        .sslContext(context())
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }
}
