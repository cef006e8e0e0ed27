package io.pulsewarden.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A service, or somebody who would like to be one, that asks for keys. */
final class KeysClient implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final URI url;
  private final HttpClient http;
  private final UUID instance = UUID.randomUUID();

  KeysClient(URI url, X509Certificate trusted, @Nullable IssuedCertificate own)
      throws GeneralSecurityException, IOException {
    this.url = url;
    this.http = http(trusted, own);
  }

  /** The name of the process that this client stands for. */
  UUID instance() {
    return instance;
  }

  /** Says what this process has evicted. */
  HttpResponse<String> confirm(List<UUID> evicted, String... purged)
      throws IOException, InterruptedException {
    return post(
        url.resolve("/v1/evictions"),
        "{\"instance\":\"%s\",\"evicted\":[%s],\"purged\":[%s]}"
            .formatted(
                instance,
                evicted.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(",")),
                String.join(",", purged)));
  }

  HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return post(url, body);
  }

  private HttpResponse<String> post(URI to, String body) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/json")
            .header("Pulsewarden-Instance", instance.toString())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The answers, in order. */
  JsonNode keys(List<String> requests) throws IOException, InterruptedException {
    HttpResponse<String> answer = post("{\"requests\":[" + String.join(",", requests) + "]}");
    if (answer.statusCode() != 200) {
      throw new IOException("status " + answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body()).path("keys");
  }

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  static String bySubject(Subject subject, String purpose, int epoch) {
    return """
    {"organisation":"%s","subject":{"kind":"%s","id":"%s"},"purpose":"%s","epoch":%d}"""
        .formatted(subject.organisation(), subject.kind().wireName(), subject.id(), purpose, epoch);
  }

  static String byId(UUID id, String purpose, int epoch) {
    return """
    {"subjectKeyId":"%s","purpose":"%s","epoch":%d}"""
        .formatted(id, purpose, epoch);
  }

  /** Trusts that authority alone, and shows that certificate, if any. */
  static HttpClient http(X509Certificate trusted, @Nullable IssuedCertificate own)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore authorities = emptyStore();
    authorities.setCertificateEntry("ca", trusted);
    trust.init(authorities);
    KeyManager[] keys = new KeyManager[0];
    if (own != null) {
      KeyStore store = emptyStore();
      store.setKeyEntry(
          "own", own.privateKey(), new char[0], own.chain().toArray(new X509Certificate[0]));
      KeyManagerFactory manager =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      manager.init(store, new char[0]);
      keys = manager.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    return store;
  }

  @Override
  public void close() {
    http.close();
  }
}
