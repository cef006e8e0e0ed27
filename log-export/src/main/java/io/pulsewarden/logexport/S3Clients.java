package io.pulsewarden.logexport;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Clients of S3. Credentials come from where the SDK looks for them (environment, profile, web
 * identity, instance role) and from nowhere else: none is ever an argument.
 */
final class S3Clients {

  private S3Clients() {}

  /**
   * Opens a client.
   *
   * @param endpoint of a server that is not AWS; its buckets are paths
   * @param region empty for the environment's or profile's
   * @param ca PEM certificates that the endpoint's must chain to; empty for the JDK's own
   */
  static S3Client open(Optional<URI> endpoint, Optional<String> region, Optional<Path> ca)
      throws IOException, GeneralSecurityException {
    UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder();
    if (ca.isPresent()) {
      TrustManager[] trusted = trusting(ca.get());
      http.tlsTrustManagersProvider(() -> trusted);
    }
    S3ClientBuilder builder = builder(endpoint).httpClientBuilder(http);
    region.map(Region::of).ifPresent(builder::region);
    return builder.build();
  }

  /** Bodies are small and their hash is known: they go out whole, which every server can read. */
  static S3ClientBuilder builder(Optional<URI> endpoint) throws IOException {
    S3ClientBuilder builder =
        S3Client.builder().serviceConfiguration(how -> how.chunkedEncodingEnabled(false));
    if (endpoint.isPresent()) {
      requireTls(endpoint.get());
      builder.endpointOverride(endpoint.get()).forcePathStyle(true);
    }
    return builder;
  }

  /** Bundles name patients by their ids: nobody on the way has to see them. */
  private static void requireTls(URI endpoint) throws IOException {
    boolean plain = "http".equals(endpoint.getScheme());
    if (plain && InetAddress.getByName(endpoint.getHost()).isLoopbackAddress()) {
      return;
    }
    if (!"https".equals(endpoint.getScheme())) {
      throw new IllegalArgumentException("the endpoint must be an https URL");
    }
  }

  private static TrustManager[] trusting(Path pem) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca" + number++, one);
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    return managers.getTrustManagers();
  }
}
