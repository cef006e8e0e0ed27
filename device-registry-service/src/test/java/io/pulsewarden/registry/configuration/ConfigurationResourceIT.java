package io.pulsewarden.registry.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceConfiguration;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class ConfigurationResourceIT {

  private static final String MODEL = "/v1/models/Acme/PX-1/configuration";

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
  void shouldTellTheDeviceItsOwnBeforeItsModels() {
    configureModel("\"0\"", Map.of("samplingIntervalS", 60, "batteryThresholdPercent", 15))
        .then()
        .statusCode(200)
        .body("version", equalTo(1));
    configure("*", Map.of("samplingIntervalS", 10, "reportingIntervalS", 30))
        .then()
        .statusCode(200)
        .body("version", equalTo(2))
        .body("own.batteryThresholdPercent", nullValue())
        .body("effective.samplingIntervalS", equalTo(10))
        .body("effective.batteryThresholdPercent", equalTo(15))
        .body("acknowledgedVersion", equalTo(0));

    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .extracting(DeviceState::getConfiguration)
                      .contains(
                          DeviceConfiguration.newBuilder()
                              .setVersion(2)
                              .setSamplingIntervalS(10)
                              .setReportingIntervalS(30)
                              .setBatteryThresholdPercent(15)
                              .build()));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_DEVICE_CONFIGURED, device))
                      .hasSize(1));
    }
  }

  @Test
  void shouldTellEveryDeviceOfAModelHoweverMany() {
    List<UUID> devices = new ArrayList<>(List.of(device));
    // More than one transaction tells at once.
    for (int i = 0; i < 60; i++) {
      devices.add(registry.device());
    }
    UUID stranger = Registry.ofNewOrganisation(base).device();

    configureModel("\"0\"", Map.of("reportingIntervalS", 900)).then().statusCode(200);

    await()
        .untilAsserted(() -> registry.admin().get(MODEL).then().body("rolledOut", equalTo(true)));
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(devices)
                      .allSatisfy(
                          one ->
                              assertThat(feed.states(one))
                                  .last()
                                  .satisfies(
                                      state -> {
                                        assertThat(state.getVersion()).isEqualTo(2);
                                        assertThat(state.getConfiguration().getReportingIntervalS())
                                            .isEqualTo(900);
                                      })));
      assertThat(feed.states(stranger)).allMatch(state -> !state.hasConfiguration());
    }
  }

  @Test
  void shouldShowWhatWasNeverConfigured() {
    registry
        .admin()
        .get(path())
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"1\""))
        .body("version", equalTo(0));
    registry
        .admin()
        .get(MODEL)
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"0\""))
        .body("rolledOut", equalTo(true));
  }

  @Test
  void shouldMakeOneOfTwoFirstConfigurationsOfAModel() throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Callable<Integer> change =
          () -> configureModel("\"0\"", Map.of("samplingIntervalS", 60)).statusCode();
      List<Future<Integer>> answers = both.invokeAll(List.of(change, change));

      assertThat(List.of(answers.get(0).get(), answers.get(1).get()))
          .containsExactlyInAnyOrder(200, 412);
    }
    registry.admin().get(MODEL).then().body("version", equalTo(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"samplingIntervalS\":0}|invalid-field|samplingIntervalS",
        "{\"samplingIntervalS\":86401}|invalid-field|samplingIntervalS",
        "{\"reportingIntervalS\":-1}|invalid-field|reportingIntervalS",
        "{\"batteryThresholdPercent\":101}|invalid-field|batteryThresholdPercent",
        "{\"samplingIntervalS\":60,\"reportingIntervalS\":30}|invalid-field|reportingIntervalS",
        "{\"samplingIntervalS\":\"often\"}|invalid-body|",
        "{\"samplingIntervalS\":99999999999}|invalid-body|",
        "{\"colour\":1}|invalid-body|",
        "[]|invalid-body|"
      })
  void shouldNameWhatIsWrongAndChangeNothing(String body, String code, String field) {
    for (String path : List.of(path(), MODEL)) {
      registry
          .admin()
          .header("If-Match", "*")
          .body(body)
          .put(path)
          .then()
          .statusCode(400)
          .contentType("application/problem+json")
          .body("code", equalTo(code))
          .body("field", field == null ? nullValue() : equalTo(field));
    }

    registry.admin().get(path()).then().body("version", equalTo(0));
  }

  @Test
  void shouldAskForIfMatch() {
    registry.admin().body(Map.of()).put(path()).then().statusCode(428);
    registry.admin().body(Map.of()).put(MODEL).then().statusCode(428);
    configure("\"9\"", Map.of("samplingIntervalS", 60)).then().statusCode(412);
    configureModel("\"9\"", Map.of("samplingIntervalS", 60)).then().statusCode(412);
  }

  @Test
  void shouldRefuseOtherRolesAndOtherOrganisations() {
    registry
        .withToken(Token.of("clinician", registry.organisation().toString()))
        .contentType(ContentType.JSON)
        .header("If-Match", "*")
        .body(Map.of())
        .put(path())
        .then()
        .statusCode(403);
    Registry.ofNewOrganisation(base)
        .admin()
        .header("If-Match", "*")
        .body(Map.of())
        .put(path())
        .then()
        .statusCode(404);
    registry.admin().get(path()).then().body("version", equalTo(0));
  }

  private Response configure(String version, Map<String, ?> settings) {
    return registry.admin().header("If-Match", version).body(settings).put(path());
  }

  private Response configureModel(String version, Map<String, ?> settings) {
    return registry.admin().header("If-Match", version).body(settings).put(MODEL);
  }

  private String path() {
    return "/v1/devices/" + device + "/configuration";
  }
}
