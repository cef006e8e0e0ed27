package io.pulsewarden.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.certificates.ServerTrust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;

/** HTTPS with JSON to servers that one CA signed. Thread-safe, blocking. */
public final class PlatformHttp implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final HttpClient client;

  private PlatformHttp(HttpClient client) {
    this.client = client;
  }

  /** Trusts the certificates of this PEM file and no other. */
  public static PlatformHttp trusting(Path caFile) throws IOException {
    return trusting(Pem.readCertificates(caFile));
  }

  /** Trusts these certificates and no other. */
  public static PlatformHttp trusting(Collection<X509Certificate> authorities) throws IOException {
    return new PlatformHttp(
        HttpClient.newBuilder()
            .sslContext(ServerTrust.of(authorities))
            .connectTimeout(CONNECT)
            .build());
  }

  /** A request with a JSON body. */
  public static HttpRequest.Builder jsonRequest(String url) {
    return request(url).header("Content-Type", "application/json");
  }

  /** A request without a content type yet. */
  public static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER);
  }

  /** Sends a request and answers with whatever status came. */
  public HttpAnswer send(HttpRequest request) throws IOException, InterruptedException {
    var response = client.send(request, BodyHandlers.ofByteArray());
    return new HttpAnswer(response.statusCode(), response.body());
  }

  /** Sends a request; any status but 2xx is a {@link HttpRefusal}. */
  public JsonNode sendForJson(HttpRequest request) throws IOException, InterruptedException {
    HttpAnswer answer = send(request);
    if (!answer.isSuccess()) {
      throw HttpRefusal.of(request, answer);
    }
    return answer.json();
  }

  @Override
  public void close() {
    client.close();
  }

  static JsonNode parse(byte[] body) throws IOException {
    return body.length == 0 ? MissingNode.getInstance() : JSON.readTree(body);
  }

  /** A JSON text of maps, lists, strings and numbers. */
  public static String write(Object value) throws IOException {
    return new String(JSON.writeValueAsBytes(value), StandardCharsets.UTF_8);
  }
}
