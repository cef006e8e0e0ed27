package io.pulsewarden.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.auditclient.AuditProducers;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.logverifier.HttpTree;
import io.pulsewarden.logverifier.LogVerifier;
import io.pulsewarden.logverifier.Report;
import io.pulsewarden.logverifier.ServiceCa;
import io.pulsewarden.logverifier.VerifierKey;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.ConfigProvider;

/** What auditors and producers do, from outside. */
public final class AuditClient {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final String url;

  public AuditClient() {
    try {
      this.http = HttpClient.newBuilder().sslContext(trusting(edgeCa())).build();
    } catch (Exception unusable) {
      throw new IllegalStateException(unusable);
    }
    this.url =
        "https://localhost:"
            + ConfigProvider.getConfig().getValue("quarkus.http.test-ssl-port", Integer.class);
  }

  public String url() {
    return url;
  }

  public static String token(UUID organisation, String... roles) {
    return token("8e9d3c8e-1d55-4f0a-8f1f-6a1f3a2a0001", organisation, roles);
  }

  public static String token(String login, UUID organisation, String... roles) {
    return claims(organisation, roles).subject(login).sign(AuditServers.issuer().getPrivate());
  }

  /** A token that lacks a claim. */
  public static String tokenWithout(String claim, UUID organisation, String... roles) {
    return claims(organisation, roles)
        .subject("somebody")
        .remove(claim)
        .sign(AuditServers.issuer().getPrivate());
  }

  private static JwtClaimsBuilder claims(UUID organisation, String... roles) {
    return Jwt.issuer("https://issuer.test")
        .upn("someone")
        .audience("pulsewarden")
        .claim("organisation_id", organisation.toString())
        .claim("realm_access", Map.of("roles", List.of(roles)))
        .expiresIn(300);
  }

  public HttpResponse<byte[]> get(String path, Optional<String> token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
    return send(request);
  }

  public HttpResponse<byte[]> send(String method, String path, String json, String token) {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json)));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException failed) {
      throw new AssertionError(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  public JsonNode json(String path, String token) {
    HttpResponse<byte[]> response = get(path, Optional.of(token));
    if (response.statusCode() != 200) {
      throw new AssertionError(path + " gave " + response.statusCode());
    }
    try {
      return JSON.readTree(response.body());
    } catch (IOException malformed) {
      throw new AssertionError(malformed);
    }
  }

  public VerifierKey key() {
    return VerifierKey.parse(
        new String(
            get("/v1/log-key", Optional.empty()).body(), java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Checks the whole log over HTTPS with code that does not share the server's. */
  public Report verify(Optional<byte[]> earlier) throws Exception {
    String token = token(UUID.randomUUID(), "auditor");
    ServiceCa services =
        ServiceCa.read(AuditServers.bed().serviceTls("audit-service").resolve("service-ca.crt"));
    return new LogVerifier(key(), earlier, Optional.of(services))
        .verify(new HttpTree(URI.create(url), () -> Optional.of(token), Optional.of(edgeCa())));
  }

  /** A service's trail, with its own certificates and rights. */
  public static KafkaAuditTrail trail(String service) {
    Path tls = AuditServers.bed().serviceTls(service);
    HeadSigner heads = HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key"));
    return KafkaAuditTrail.open(
        new ProducerIdentity(service, heads), kafka(service), Clock.systemUTC());
  }

  /** Puts bytes into the topic as they are. */
  public static void send(byte[]... values) throws Exception {
    try (Producer<byte[], byte[]> producer = AuditProducers.create(kafka("telemetry-service"))) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>("audit.events.v1", 0, null, value)).get();
      }
    }
  }

  private static Map<String, Object> kafka(String service) {
    Map<String, Object> properties = new HashMap<>(AuditServers.bed().kafkaProperties(service));
    properties.putAll(AuditServers.PATIENCE);
    return properties;
  }

  private static Path edgeCa() {
    return AuditServers.bed().serviceTls("audit-service").resolve("edge-ca.crt");
  }

  private static SSLContext trusting(Path pem) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
