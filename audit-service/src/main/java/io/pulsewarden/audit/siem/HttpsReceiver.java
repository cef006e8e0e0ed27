package io.pulsewarden.audit.siem;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Posts events as lines of JSON ({@code application/x-ndjson}). A 2xx answer is the receiver's word
 * that it has them. What else it answers is not read.
 */
final class HttpsReceiver implements Receiver {

  private static final int OK = 200;
  private static final int REDIRECT = 300;

  private final URI url;
  private final PemTls tls;
  private final Optional<Path> tokenFile;
  private final Duration timeout;
  private @Nullable HttpClient client;

  HttpsReceiver(URI url, PemTls tls, Optional<Path> tokenFile, Duration timeout) {
    this.url = url;
    this.tls = tls;
    this.tokenFile = tokenFile;
    this.timeout = timeout;
  }

  @Override
  public void send(List<OcsfEvent> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    String lines = events.stream().map(event -> event.json() + "\n").collect(Collectors.joining());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines, StandardCharsets.US_ASCII));
    if (tokenFile.isPresent()) {
      request.header("Authorization", "Bearer " + token(tokenFile.get()));
    }
    int status;
    try {
      status = client().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    if (status < OK || status >= REDIRECT) {
      throw new IOException("the receiver answered " + status);
    }
  }

  /** The answer was the confirmation. */
  @Override
  public void confirm() {}

  @Override
  public Duration confirmAfter() {
    return Duration.ZERO;
  }

  @Override
  public void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }

  private HttpClient client() throws IOException {
    HttpClient open = client;
    if (open == null) {
      open =
          HttpClient.newBuilder()
              .sslContext(tls.context())
              .connectTimeout(timeout)
              .followRedirects(HttpClient.Redirect.NEVER)
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      client = open;
    }
    return open;
  }

  private static String token(Path file) throws IOException {
    String token = Files.readString(file).strip();
    if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IOException("the token file holds no token");
    }
    return token;
  }
}
