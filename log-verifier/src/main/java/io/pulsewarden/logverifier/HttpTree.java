package io.pulsewarden.logverifier;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A log's files over HTTPS. */
public final class HttpTree implements TreeSource {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final String prefix;
  private final Supplier<Optional<String>> token;
  private final HttpClient client;

  /**
   * @param prefix the log's URL
   * @param token bearer token, asked for at each request, since tokens are short-lived
   * @param ca PEM certificates that the server's must chain to; empty for the JDK's own
   */
  public HttpTree(URI prefix, Supplier<Optional<String>> token, Optional<Path> ca)
      throws IOException, GeneralSecurityException {
    this.prefix = prefix.toString().replaceAll("/+$", "") + "/";
    this.token = token;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(PATIENCE);
    if (ca.isPresent()) {
      builder.sslContext(trusting(ca.get()));
    }
    this.client = builder.build();
  }

  @Override
  public Optional<byte[]> read(String path) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(prefix + path)).timeout(PATIENCE);
    token.get().ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
    HttpResponse<byte[]> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    return switch (response.statusCode()) {
      case OK -> Optional.of(response.body());
      case NOT_FOUND -> Optional.empty();
      default -> throw new IOException(path + ": HTTP status " + response.statusCode());
    };
  }

  private static SSLContext trusting(Path pem) throws IOException, GeneralSecurityException {
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
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
