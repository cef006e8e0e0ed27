package io.pulsewarden.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each endpoint, asked by those who have no business there and with what nobody should send. The
 * same person twice is {@link ErasureIT}'s.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class HostileRequestsIT {

  private static final String CANARY = "canary-of-a-hostile-request";
  private static final String PATIENT = "/v1/patients/" + UUID.randomUUID();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TestHTTPResource(value = "/", tls = true)
  URI url;

  /**
   * An endpoint.
   *
   * @param role what a person needs, or empty where a service's certificate decides
   * @param takesBody whether it reads one
   */
  record Endpoint(String method, String path, String role, boolean takesBody) {

    boolean isForServices() {
      return role.isEmpty();
    }

    String otherRole() {
      return role.equals("privacy-officer") ? "key-custodian" : "privacy-officer";
    }
  }

  static Stream<Endpoint> endpoints() {
    return Stream.of(
        new Endpoint("POST", "/v1/data-keys", "", true),
        new Endpoint("POST", "/v1/evictions", "", true),
        new Endpoint("POST", PATIENT + "/erasure", "privacy-officer", true),
        new Endpoint("POST", PATIENT + "/erasure/confirmation", "privacy-officer", false),
        new Endpoint("POST", PATIENT + "/erasure/cancellation", "privacy-officer", false),
        new Endpoint("GET", PATIENT + "/erasure", "privacy-officer", false),
        new Endpoint("GET", PATIENT + "/erasure/receipt", "privacy-officer", false),
        new Endpoint("PUT", PATIENT + "/legal-hold", "privacy-officer", true),
        new Endpoint("GET", PATIENT + "/legal-hold", "privacy-officer", false),
        new Endpoint("DELETE", PATIENT + "/legal-hold", "privacy-officer", false),
        new Endpoint("POST", "/v1/kek-rotations", "key-custodian", false),
        new Endpoint("GET", "/v1/kek-rotations", "key-custodian", false),
        new Endpoint("POST", "/v1/kek-trims", "key-custodian", false),
        new Endpoint("GET", "/v1/kek-trims", "key-custodian", false),
        new Endpoint("POST", "/v1/kek-trims/verification", "key-custodian", false),
        new Endpoint("POST", "/v1/subject-key-rotations", "key-custodian", true),
        new Endpoint(
            "GET", "/v1/subject-keys/patient/" + UUID.randomUUID(), "key-custodian", false));
  }

  static Stream<Endpoint> readers() {
    return endpoints().filter(Endpoint::takesBody);
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void shouldLetNobodyInWhoDoesNotShowWhatIsAskedFor(Endpoint endpoint) throws Exception {
    UUID organisation = UUID.randomUUID();
    String body = "{}";
    if (endpoint.isForServices()) {
      String token = TestTokens.of("person", organisation, "privacy-officer", "key-custodian");
      requireProblem(send(endpoint, null, null, body), 403);
      requireProblem(send(endpoint, null, token, body), 403);
      requireProblem(send(endpoint, elsewhere(), null, body), 403);
      return;
    }
    IssuedCertificate telemetry = service("telemetry-service");
    requireProblem(send(endpoint, null, null, body), 401);
    // Somebody, but nobody with a role.
    requireProblem(send(endpoint, telemetry, null, body), 403);
    requireProblem(send(endpoint, null, "not.a.token", body), 401);
    String wrongRole = TestTokens.of("person", organisation, endpoint.otherRole());
    requireProblem(send(endpoint, null, wrongRole, body), 403);
    requireProblem(send(endpoint, telemetry, wrongRole, body), 403);
    String nobody = TestTokens.of("", organisation, endpoint.role());
    requireProblem(send(endpoint, null, nobody, body), 403);
  }

  /** The wall: what is there of somebody else looks like what is not there. */
  @ParameterizedTest
  @MethodSource("endpoints")
  void shouldTellNothingOfAnotherOrganisation(Endpoint endpoint) throws Exception {
    if (endpoint.isForServices()) {
      return;
    }
    String theirs = KeyServers.EARLIER.id().toString();
    Endpoint ofTheirs =
        new Endpoint(
            endpoint.method(),
            endpoint.path().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", theirs),
            endpoint.role(),
            endpoint.takesBody());
    String stranger = TestTokens.of("stranger", UUID.randomUUID(), endpoint.role());
    HttpResponse<String> answer =
        send(
            ofTheirs,
            null,
            stranger,
            endpoint.path().endsWith("/subject-key-rotations")
                ? "{\"subjects\":[{\"kind\":\"patient\",\"id\":\"" + theirs + "\"}]}"
                : "{\"reason\":\"patient-request\",\"legalBasis\":\"gdpr-17-1-b\"}");

    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202, 404, 409);
    assertThat(answer.body())
        .doesNotContain(
            KeyServers.EARLIER_ID.toString(),
            KeyServers.EARLIER.organisation().toString(),
            "\"rotated\"",
            "\"active\"");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void shouldRefuseRubbishByNameAndRepeatNothingOfIt(Endpoint endpoint) throws Exception {
    for (String rubbish :
        List.of(
            CANARY.repeat(900_000 / CANARY.length()),
            "\"" + CANARY.repeat(900_000 / CANARY.length()) + "\"",
            "[".repeat(200_000),
            "{\"a\":".repeat(100_000),
            "[[[[[[[[]]]]]]]]",
            "{\"requests\":[{\"purpose\":{\"" + CANARY + "\":1}}]}",
            "{\"instance\":\"" + CANARY + "\",\"evicted\":[1],\"purged\":[]}",
            "{\"instance\":\"%s\",\"evicted\":[],\"purged\":[{\"subjectKeyId\":\"%s\",\"blindIndexes\":1e400,\"heldBlocks\":0}]}"
                .formatted(UUID.randomUUID(), UUID.randomUUID()),
            "{\"reason\":{\"" + CANARY + "\":[]},\"legalBasis\":7}",
            "{\"reason\":\"\\u0000\",\"legalBasis\":\"\\uD800\"}",
            "{\"kind\":\"patient\",\"createdBefore\":\"+1000000000-12-31T23:59:59.999999999Z\"}",
            "{\"kind\":\"patient\",\"createdBefore\":\"-1000000000-01-01T00:00:00Z\"}",
            "{\"subjects\":[{\"kind\":\"patient\",\"id\":\"1-1-1-1-1-1\"}]}",
            "\u0000\u0001\u0002",
            "null",
            "7",
            "",
            "{}")) {
      requireProblem(rightly(endpoint, rubbish), 400);
    }
    assertThat(rightly(endpoint, "x".repeat(2 << 20)).statusCode()).isEqualTo(413);
  }

  /** By somebody who may ask. */
  private HttpResponse<String> rightly(Endpoint endpoint, String body) throws Exception {
    return endpoint.isForServices()
        ? send(endpoint, service("telemetry-service"), null, body)
        : send(endpoint, null, TestTokens.of("person", UUID.randomUUID(), endpoint.role()), body);
  }

  private static void requireProblem(HttpResponse<String> answer, int status) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .as(answer.body())
        .startsWith("application/problem+json");
    assertThat(KeysClient.json(answer.body()).path("code").asText()).isNotEmpty();
    assertThat(answer.body()).doesNotContain(CANARY, "Exception", "io.pulsewarden.keys");
  }

  private HttpResponse<String> send(
      Endpoint endpoint, @Nullable IssuedCertificate shown, @Nullable String token, String body)
      throws Exception {
    try (HttpClient http = KeysClient.http(KeyServers.bed().serviceCa().certificate(), shown)) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(url.resolve(endpoint.path()))
              .version(HttpClient.Version.HTTP_1_1)
              .timeout(PATIENCE)
              // What is too large is refused before it is sent.
              .expectContinue(body.length() > 1 << 20)
              .method(
                  endpoint.method(),
                  endpoint.takesBody()
                      ? HttpRequest.BodyPublishers.ofString(body)
                      : HttpRequest.BodyPublishers.noBody());
      if (endpoint.takesBody()) {
        request.header("Content-Type", "application/json");
      }
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static IssuedCertificate service(String name) throws Exception {
    return KeyServers.bed().serviceCa().issueService(name, ServiceTestBed.TRUST_DOMAIN);
  }

  private static IssuedCertificate elsewhere() throws Exception {
    return KeyServers.bed().serviceCa().issueService("telemetry-service", "elsewhere.local");
  }
}
