package io.pulsewarden.registry.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceIssuer;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.DeviceClient;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One issuing CA follows another while devices go on. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class IssuerIT {

  private static final String PATH = "/v1/issuing-cas";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Test
  void shouldMoveDevicesToTheNextIssuerAsTheyRenew() {
    Registry registry = Registry.ofNewOrganisation(base);
    UUID device = registry.device();
    KeyPair keys = Csr.ec("secp256r1");
    X509Certificate before =
        CertsOnlyAnswer.one(
            registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).asByteArray());
    String admin = Token.of("ca-admin", registry.organisation().toString());

    String subject =
        registry
            .withToken(admin)
            .post(PATH)
            .then()
            .statusCode(201)
            .body("signing", equalTo(false))
            .extract()
            .path("subject");

    assertThat(subject).isNotEqualTo(before.getIssuerX500Principal().getName());
    awaitSigning(registry, admin, subject);
    X509Certificate after =
        CertsOnlyAnswer.one(
            DeviceClient.showing(base, keys, before).renew(Csr.renewing(before).base64()).body());
    assertThat(after.getIssuerX500Principal().getName()).isEqualTo(subject);
    List<String> names = registry.withToken(admin).get(PATH).then().extract().path("subject");
    assertThat(names).startsWith(subject).contains(before.getIssuerX500Principal().getName());
    assertThat(
            CertsOnlyAnswer.all(registry.anonymous().get("/.well-known/est/cacerts").asByteArray()))
        .extracting(ca -> ca.getSubjectX500Principal().getName())
        .containsAll(names);
    List<String> hashes = registry.withToken(admin).get(PATH).then().extract().path("keyHash");
    for (String hash : hashes) {
      registry.anonymous().get("/crl/" + hash + ".crl").then().statusCode(200);
    }
  }

  @Test
  void shouldRetireAnIssuerThatSignsNoMoreAndLetItsDevicesRenew() {
    Registry registry = Registry.ofNewOrganisation(base);
    String admin = Token.of("ca-admin", registry.organisation().toString());
    JsonPath old = registry.withToken(admin).post(PATH).then().statusCode(201).extract().jsonPath();
    awaitSigning(registry, admin, old.getString("subject"));
    UUID device = registry.device();
    KeyPair keys = Csr.ec("secp256r1");
    X509Certificate before =
        CertsOnlyAnswer.one(
            registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).asByteArray());
    assertThat(before.getIssuerX500Principal().getName()).isEqualTo(old.getString("subject"));
    String hash = old.getString("keyHash");
    retire(registry, hash, "superseded")
        .then()
        .statusCode(409)
        .body("code", equalTo("issuer-signs"));
    String next =
        registry.withToken(admin).post(PATH).then().statusCode(201).extract().path("subject");
    awaitSigning(registry, admin, next);

    String at =
        retire(registry, hash, "superseded")
            .then()
            .statusCode(200)
            .body("keyHash", equalTo(hash))
            .body("signing", equalTo(false))
            .extract()
            .path("retiredAt");

    retire(registry, hash, "keyCompromise").then().statusCode(200).body("retiredAt", equalTo(at));
    registry
        .withToken(admin)
        .get(PATH)
        .then()
        .body("find { it.keyHash == '%s' }.retiredAt".formatted(hash), equalTo(at))
        .body("find { it.signing }.retiredAt", nullValue());
    requireToldOnce(registry, hash, certificate(old.getString("certificate")));
    registry.anonymous().get("/crl/" + hash + ".crl").then().statusCode(200);
    X509Certificate after =
        CertsOnlyAnswer.one(
            DeviceClient.showing(base, keys, before).renew(Csr.renewing(before).base64()).body());
    assertThat(after.getIssuerX500Principal().getName()).isEqualTo(next);
  }

  /** In the feed for telemetry, and in the audit log with the first reason. */
  private static void requireToldOnce(Registry registry, String hash, X509Certificate certificate) {
    String key = "issuer-" + AnnouncedIssuers.fingerprint(certificate);
    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () -> {
                List<DeviceIssuer> records =
                    feed.poll().stream()
                        .filter(record -> TopicReader.key(record).equals(key))
                        .map(record -> TopicReader.parse(record).getIssuer())
                        .toList();
                assertThat(records).isNotEmpty();
                assertThat(records.getLast().getRetired()).isTrue();
                assertThat(records.getLast().getCertificate().toByteArray())
                    .isEqualTo(certificate.getEncoded());
              });
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_ISSUING_CA_RETIRED))
                      .filteredOn(
                          event ->
                              event.getOrganisationId().equals(registry.organisation().toString()))
                      .singleElement()
                      .satisfies(
                          event -> {
                            assertThat(event.getReasonCode()).isEqualTo("superseded");
                            assertThat(event.getEntity(0).getId()).isEqualTo(hash);
                          }));
    }
  }

  @Test
  void shouldRefuseToRetireWhatItCannotFindOrForNoReason() {
    Registry registry = Registry.ofNewOrganisation(base);

    retire(registry, "0".repeat(64), "superseded")
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));
    retire(registry, "0".repeat(64), "boredom")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-field"))
        .body("field", equalTo("reason"));
    registry
        .admin()
        .body(Map.of("reason", "superseded"))
        .post(PATH + "/" + "0".repeat(64) + "/retirement")
        .then()
        .statusCode(403);
  }

  private static Response retire(Registry registry, String keyHash, String reason) {
    return registry
        .withToken(Token.of("ca-admin", registry.organisation().toString()))
        .contentType(ContentType.JSON)
        .body(Map.of("reason", reason))
        .post(PATH + "/" + keyHash + "/retirement");
  }

  @Test
  void shouldIntroduceOnceForAKey() {
    Registry registry = Registry.ofNewOrganisation(base);
    String key = UUID.randomUUID().toString();
    String made = introduce(registry, key).then().statusCode(201).extract().path("keyHash");
    int issuers = certificates(registry).size();

    introduce(registry, key).then().statusCode(201).body("keyHash", equalTo(made));

    assertThat(certificates(registry)).hasSize(issuers);
    registry
        .admin()
        .header("Idempotency-Key", key)
        .body(Map.of("serialNumber", "SN-1", "model", "PX-1", "manufacturer", "Acme"))
        .post("/v1/devices")
        .then()
        .statusCode(422)
        .body("code", equalTo("idempotency-key-reused"));
  }

  /** What a crash between the entry and the CA leaves is made good by the same request again. */
  @Test
  void shouldIntroduceAfterACrashBeforeTheAuthorityWasMade() {
    Registry registry = Registry.ofNewOrganisation(base);
    String key = UUID.randomUUID().toString();
    List<String> before = certificates(registry);
    UUID wish = UUID.randomUUID();
    RegistryTestBed.execute(
        "INSERT INTO idempotency_key"
            + " (organisation_id, caller, key, request_hash, created_id, created_at)"
            + " VALUES (?, ?, ?, ?, ?, now())",
        registry.organisation(),
        Token.PERSON,
        key,
        IdempotencyKey.parse(key, IssuerResource.REQUEST).requestHash(),
        wish);
    RegistryTestBed.execute(
        "INSERT INTO issuer_introduction (id, organisation_id, known)"
            + " VALUES (?, ?, string_to_array(?, ','))",
        wish,
        registry.organisation(),
        before.stream().map(IssuerIT::fingerprint).collect(Collectors.joining(",")));

    String made = introduce(registry, key).then().statusCode(201).extract().path("certificate");

    assertThat(before).doesNotContain(made);
    assertThat(certificates(registry)).hasSize(before.size() + 1).contains(made);
    introduce(registry, key).then().statusCode(201).body("certificate", equalTo(made));
    assertThat(certificates(registry)).hasSize(before.size() + 1);
  }

  private static Response introduce(Registry registry, String key) {
    return registry
        .withToken(Token.of("ca-admin", registry.organisation().toString()))
        .header("Idempotency-Key", key)
        .post(PATH);
  }

  private static List<String> certificates(Registry registry) {
    return registry
        .withToken(Token.of("ca-admin", registry.organisation().toString()))
        .get(PATH)
        .then()
        .statusCode(200)
        .extract()
        .path("certificate");
  }

  private static String fingerprint(String pem) {
    return AnnouncedIssuers.fingerprint(certificate(pem));
  }

  private static X509Certificate certificate(String pem) {
    return certificate(ByteString.copyFrom(pem, StandardCharsets.US_ASCII));
  }

  /** Whoever reads the feed to its end has the issuer before any device has its certificate. */
  private static void awaitSigning(Registry registry, String admin, String subject) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                registry
                    .withToken(admin)
                    .get(PATH)
                    .then()
                    .extract()
                    .<String>path("find { it.signing }.subject")
                    .equals(subject));
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      List<String> told = new ArrayList<>();
      await()
          .untilAsserted(
              () -> {
                feed.poll().stream()
                    .filter(record -> TopicReader.key(record).startsWith("issuer-"))
                    .map(record -> TopicReader.parse(record).getIssuer().getCertificate())
                    .map(IssuerIT::subject)
                    .forEach(told::add);
                assertThat(told).contains(subject);
              });
    }
  }

  private static String subject(ByteString certificate) {
    return certificate(certificate).getSubjectX500Principal().getName();
  }

  private static X509Certificate certificate(ByteString encoded) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509").generateCertificate(encoded.newInput());
    } catch (CertificateException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  @Test
  void shouldBeForTheRoleAlone() {
    Registry registry = Registry.ofNewOrganisation(base);

    registry.admin().post(PATH).then().statusCode(403);
    registry.admin().get(PATH).then().statusCode(403);
    registry.anonymous().post(PATH).then().statusCode(401);
  }
}
