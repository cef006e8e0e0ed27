package io.pulsewarden.registry.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class AssignmentResourceIT {

  private final Instant start =
      Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(2));
  private final Instant end = start.plus(Duration.ofDays(1));

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private final UUID patient = UUID.randomUUID();
  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
  }

  @Test
  void shouldTellTheFeedWhoWearsTheDevice() {
    String id = registry.assign(device, patient, start).then().statusCode(201).extract().path("id");

    end(id, end).then().statusCode(200).body("version", equalTo(2));

    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () -> {
                assertThat(feed.states(device)).hasSize(3);
                assertThat(feed.states(device).get(1).getAssignments(0).hasUntilMs()).isFalse();
                assertThat(feed.states(device).getLast().getAssignmentsList())
                    .singleElement()
                    .satisfies(
                        assignment -> {
                          assertThat(assignment.getAssignmentId()).isEqualTo(id);
                          assertThat(assignment.getVersion()).isEqualTo(2);
                          assertThat(assignment.getPatientId()).isEqualTo(patient.toString());
                          assertThat(assignment.getFromMs()).isEqualTo(start.toEpochMilli());
                          assertThat(assignment.getUntilMs()).isEqualTo(end.toEpochMilli());
                        });
              });
      await()
          .untilAsserted(
              () -> {
                assertThat(log.events(AuditAction.AUDIT_ACTION_DEVICE_ASSIGNED, device))
                    .singleElement()
                    .satisfies(
                        event ->
                            assertThat(event.getPatientIdList())
                                .containsExactly(patient.toString()));
                assertThat(log.events(AuditAction.AUDIT_ACTION_ASSIGNMENT_ENDED, device))
                    .hasSize(1);
              });
    }
  }

  @Test
  void shouldForgetOldAssignmentsInTheFeedAndKeepThemInTheRegistry() {
    Instant longAgo = start.minus(Duration.ofDays(60));
    assign(longAgo, longAgo.plus(Duration.ofDays(1))).then().statusCode(201);
    registry.assign(device, patient, start).then().statusCode(201);

    registry.admin().get("/v1/devices/" + device).then().body("assignments.size()", equalTo(2));
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .hasSize(3)
                      .last()
                      .satisfies(
                          state ->
                              assertThat(state.getAssignmentsList())
                                  .singleElement()
                                  .satisfies(
                                      assignment ->
                                          assertThat(assignment.getFromMs())
                                              .isEqualTo(start.toEpochMilli()))));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 24, 409",
    "-12, 12, 409",
    "12, 36, 409",
    "-12, 36, 409",
    "-12, , 409",
    "-24, 0, 201",
    "24, 48, 201",
    "24, , 201"
  })
  void shouldNeverOverlap(int fromHours, Integer untilHours, int status) {
    assign(start, end).then().statusCode(201);
    Instant from = start.plus(Duration.ofHours(fromHours));
    Instant until = untilHours == null ? null : start.plus(Duration.ofHours(untilHours));

    Response answer = until == null ? registry.assign(device, patient, from) : assign(from, until);

    answer.then().statusCode(status);
    if (status == 409) {
      answer.then().body("code", equalTo("assignment-overlaps"));
    }
  }

  @Test
  void shouldLetExactlyOneOfManyAtOnceAssign() throws Exception {
    List<Callable<Integer>> attempts =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    (Callable<Integer>)
                        () -> registry.assign(device, UUID.randomUUID(), start).statusCode())
            .toList();

    List<Integer> statuses;
    try (ExecutorService threads = Executors.newFixedThreadPool(attempts.size())) {
      statuses = threads.invokeAll(attempts).stream().map(Future::resultNow).toList();
    }

    assertThat(statuses).containsOnly(201, 409).containsOnlyOnce(201);
  }

  @Test
  void shouldOnlyBringAnEndForward() {
    String id = assign(start, end).then().statusCode(201).extract().path("id");

    end(id, end.plusSeconds(1)).then().statusCode(409).body("code", equalTo("assignment-ended"));
    end(id, start).then().statusCode(400).body("field", equalTo("until"));
    end(id, end.minusSeconds(1)).then().statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody, 2026-01-01T00:00:00Z, patientId",
    "7F1B5C0E-93A5-4B7C-8A55-0D3D3F7D8E11, 2026-01-01T00:00:00Z, patientId",
    "7f1b5c0e-93a5-4b7c-8a55-0d3d3f7d8e11, yesterday, from",
    "7f1b5c0e-93a5-4b7c-8a55-0d3d3f7d8e11, 2026-01-01T00:00:00, from",
    "7f1b5c0e-93a5-4b7c-8a55-0d3d3f7d8e11, +999999999-01-01T00:00:00Z, from"
  })
  void shouldNameAWrongField(String patientId, String from, String field) {
    registry
        .admin()
        .body(Map.of("patientId", patientId, "from", from))
        .post("/v1/devices/" + device + "/assignments")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-field"))
        .body("field", equalTo(field));
  }

  @Test
  void shouldKeepOrganisationsApart() {
    String id = registry.assign(device, patient, start).then().statusCode(201).extract().path("id");
    Registry other = Registry.ofNewOrganisation(base);

    other.assign(device, patient, end).then().statusCode(404);
    other
        .admin()
        .body(Map.of("until", end.toString()))
        .header("If-Match", "*")
        .post("/v1/devices/" + device + "/assignments/" + id + "/end")
        .then()
        .statusCode(404);
    other
        .admin()
        .body(Map.of("until", end.toString()))
        .header("If-Match", "*")
        .post("/v1/devices/" + other.device() + "/assignments/" + id + "/end")
        .then()
        .statusCode(404);
  }

  private Response assign(Instant from, Instant until) {
    return registry
        .admin()
        .body(
            Map.of(
                "patientId",
                patient.toString(),
                "from",
                from.toString(),
                "until",
                until.toString()))
        .post("/v1/devices/" + device + "/assignments");
  }

  private Response end(String assignment, Instant until) {
    return registry
        .admin()
        .body(Map.of("until", until.toString()))
        .header("If-Match", "*")
        .post("/v1/devices/" + device + "/assignments/" + assignment + "/end");
  }
}
