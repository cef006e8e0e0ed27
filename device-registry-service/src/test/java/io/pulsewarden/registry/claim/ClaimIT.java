package io.pulsewarden.registry.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a claim opens, and how often it is shown. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class ClaimIT {

  private static final String PROBLEM = "application/problem+json";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
  }

  @Test
  void shouldRefuseClaimsThatProveNothing() {
    UUID neighbour = registry.device();
    String neighboursClaim = registry.claim(neighbour);

    refused(registry.enrol(device, "guessed", Csr.fresh()), "claim-unknown");
    refused(registry.enrol(device, neighboursClaim, Csr.fresh()), "claim-unknown");
    refused(registry.enrol(UUID.randomUUID(), neighboursClaim, Csr.fresh()), "claim-unknown");
    registry.enrol(neighbour, neighboursClaim, Csr.fresh()).then().statusCode(200);
  }

  @Test
  void shouldRefuseAClaimUsedBefore() {
    String claim = registry.claim(device);
    registry.enrol(device, claim, Csr.fresh()).then().statusCode(200);

    refused(registry.enrol(device, claim, Csr.fresh()), "claim-used");

    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CLAIM_REFUSED, device))
                      .singleElement()
                      .satisfies(
                          event -> {
                            assertThat(event.getReasonCode()).isEqualTo("claim-used");
                            assertThat(event.getOutcome())
                                .isEqualTo(AuditOutcome.AUDIT_OUTCOME_DENIED);
                          }));
    }
  }

  @Test
  void shouldRefuseAClaimThatANewerOneReplaced() {
    String first = registry.claim(device);
    String second = registry.claim(device);

    refused(registry.enrol(device, first, Csr.fresh()), "claim-replaced");
    registry.enrol(device, second, Csr.fresh()).then().statusCode(200);
  }

  private static void refused(Response answer, String code) {
    answer
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", startsWith("Basic realm="))
        .contentType(PROBLEM)
        .body("code", equalTo(code));
  }

  @Test
  void shouldLockAClaimAfterTenWrongTriesAndAuditTwoEntries() {
    String claim = registry.claim(device);
    for (int i = 0; i < 10; i++) {
      refused(registry.enrol(device, "guess-" + i, Csr.fresh()), "claim-unknown");
    }

    refused(registry.enrol(device, claim, Csr.fresh()), "claim-locked");

    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);
    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CERTIFICATE_ISSUED, device))
                      .hasSize(1));
      assertThat(log.events(AuditAction.AUDIT_ACTION_CLAIM_LOCKED, device)).hasSize(1);
      // One for claim-unknown and one for claim-locked; a second of each if the minute turned.
      assertThat(log.events(AuditAction.AUDIT_ACTION_CLAIM_REFUSED, device)).hasSizeBetween(2, 4);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX) // Elsewhere 127.0.0.7 is an address only once somebody adds it.
  void shouldNotLookAtAnotherClaimFromAnAddressThatGuessedTooOften() throws Exception {
    InetAddress guesser = InetAddress.getByName("127.0.0.7");
    String claim = registry.claim(device);
    byte[] request = Csr.fresh();
    UUID unknown = UUID.randomUUID();

    int guesses = 0;
    Response answer = registry.enrolFrom(guesser, unknown, "guess", request);
    // Twice the limit: a minute may have turned in between.
    for (; answer.statusCode() == 401 && guesses < 2 * 100; guesses++) {
      answer = registry.enrolFrom(guesser, unknown, "guess", request);
    }

    assertThat(guesses).isGreaterThanOrEqualTo(100);
    answer.then().statusCode(429).contentType(PROBLEM).body("code", equalTo("too-many-tries"));
    registry.enrol(device, claim, request).then().statusCode(200);
  }

  @Test
  void shouldLetExactlyOneOfManyAtOnceHaveTheClaim() throws Exception {
    String claim = registry.claim(device);
    List<Callable<Integer>> attempts =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    (Callable<Integer>)
                        () -> registry.enrol(device, claim, Csr.fresh()).statusCode())
            .toList();

    List<Integer> statuses;
    try (ExecutorService threads = Executors.newFixedThreadPool(attempts.size())) {
      statuses = threads.invokeAll(attempts).stream().map(Future::resultNow).toList();
    }

    assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("certificates.size()", equalTo(1))
        .body("version", equalTo(2));
  }

  /**
   * A claim is shown once: the request sent again says that it was made, shows nothing, and leaves
   * it as it is, since somebody may have it.
   */
  @Test
  void shouldMakeAClaimOnceForAKey() {
    String key = UUID.randomUUID().toString();
    String claim = make(device, key, "PT1H").then().statusCode(201).extract().path("claim");

    make(device, key, "PT1H")
        .then()
        .statusCode(409)
        .contentType(PROBLEM)
        .body("code", equalTo("claim-shown-once"));
    make(device, key, "PT2H")
        .then()
        .statusCode(422)
        .body("code", equalTo("idempotency-key-reused"));
    make(registry.device(), key, "PT1H").then().statusCode(422);
    make(device, "short", "PT1H").then().statusCode(400).body("code", equalTo("invalid-header"));

    registry.enrol(device, claim, Csr.fresh()).then().statusCode(200);
    make(device, key, "PT1H").then().statusCode(409).body("code", equalTo("claim-shown-once"));
    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CERTIFICATE_ISSUED, device))
                      .hasSize(1));
      assertThat(log.events(AuditAction.AUDIT_ACTION_CLAIM_CREATED, device)).hasSize(1);
    }
  }

  /** A request that was refused has made nothing, and its key is free. */
  @Test
  void shouldForgetTheKeyOfAClaimThatWasNotMade() {
    String key = UUID.randomUUID().toString();
    registry.transition(device, "quarantine", "recall").then().statusCode(200);
    make(device, key, "PT1H").then().statusCode(409).body("code", equalTo("device-state-forbids"));
    registry.transition(device, "release", "mistaken").then().statusCode(200);

    make(device, key, "PT1H").then().statusCode(201);
  }

  private Response make(UUID of, String key, String validFor) {
    return registry
        .admin()
        .header("Idempotency-Key", key)
        .body(Map.of("validFor", validFor))
        .post("/v1/devices/" + of + "/claims");
  }
}
