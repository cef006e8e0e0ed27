package io.pulsewarden.benchmarks.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The running key management, as telemetry, a key custodian and a scraper of metrics see it. */
final class KeyManagement implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern KEK_CALLS =
      Pattern.compile(
          "(?m)^pulsewarden_kek_calls_seconds_count\\{[^}]*operation=\"(?:un)?wrap\"[^}]*} ([0-9.E]+)");
  private static final int OK = 200;

  private final String url;
  private final String metrics;
  private final HttpClient telemetry;
  private final PlatformHttp people;
  private final Person custodian;

  private KeyManagement(
      String url, String metrics, HttpClient telemetry, PlatformHttp people, Person custodian) {
    this.url = url;
    this.metrics = metrics;
    this.telemetry = telemetry;
    this.people = people;
    this.custodian = custodian;
  }

  static KeyManagement of(DataFolder data)
      throws IOException, GeneralSecurityException, InterruptedException {
    Ports ports = Ports.of(data);
    LocalCa services = LocalCa.openOrCreate(data.ca("services"), "services");
    LocalCa edge = LocalCa.openOrCreate(data.ca("edge"), "edge");
    PlatformHttp people =
        PlatformHttp.trusting(List.of(services.certificate(), edge.certificate()));
    return new KeyManagement(
        "https://localhost:" + ports.of(Port.KEYS),
        "https://localhost:" + ports.of(Port.KEYS_MANAGEMENT) + "/q/metrics",
        HttpClient.newBuilder().sslContext(tls(services)).build(),
        people,
        Person.demo(people, data, ports, "custodian"));
  }

  /** The custodian's organisation. */
  UUID organisation() throws IOException, InterruptedException {
    byte[] claims =
        Base64.getUrlDecoder()
            .decode(custodian.token().split("\\.", -1)[1].getBytes(StandardCharsets.US_ASCII));
    return UUID.fromString(JSON.readTree(claims).path("organisation_id").asText());
  }

  /** Asks for a key of each patient; fails unless each gets one. */
  void keys(UUID organisation, List<UUID> patients, long epoch)
      throws IOException, InterruptedException {
    String body =
        patients.stream()
            .map(
                patient ->
                    "{\"organisation\":\"%s\",\"subject\":{\"kind\":\"patient\",\"id\":\"%s\"},\"purpose\":\"vitals\",\"epoch\":%d}"
                        .formatted(organisation, patient, epoch))
            .collect(Collectors.joining(",", "{\"requests\":[", "]}"));
    HttpResponse<String> answer =
        telemetry.send(
            HttpRequest.newBuilder(URI.create(url + "/v1/data-keys"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != OK || answer.body().split("\"ok\"", -1).length <= patients.size()) {
      throw new IOException("not every key was handed out: " + answer.statusCode());
    }
  }

  /** Calls to wrap or unwrap that the KEK provider has had. */
  double kekCalls() throws IOException, InterruptedException {
    String text =
        new String(
            people.send(PlatformHttp.request(metrics).build()).body(), StandardCharsets.UTF_8);
    return KEK_CALLS.matcher(text).results().mapToDouble(m -> Double.parseDouble(m.group(1))).sum();
  }

  /** Begins. */
  void rotate() throws IOException, InterruptedException {
    custodian.post(url + "/v1/kek-rotations", Map.of());
  }

  /** How far. */
  JsonNode rotations() throws IOException, InterruptedException {
    return custodian.get(url + "/v1/kek-rotations").path("items");
  }

  private static SSLContext tls(LocalCa services) throws GeneralSecurityException, IOException {
    IssuedCertificate own = services.issueService("telemetry-service", "pulsewarden.local");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    store.setKeyEntry(
        "own", own.privateKey(), new char[0], own.chain().toArray(new X509Certificate[0]));
    store.setCertificateEntry("ca", services.certificate());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  @Override
  public void close() {
    telemetry.close();
    people.close();
  }
}
