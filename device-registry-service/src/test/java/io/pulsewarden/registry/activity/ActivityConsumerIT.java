package io.pulsewarden.registry.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.pulsewarden.contracts.deviceregistry.v1.LifecycleState;
import io.pulsewarden.contracts.telemetry.v1.DeviceActivity;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TelemetryReports;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class ActivityConsumerIT {

  private static final long TIME = 1_700_000_000_000L;

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
  void shouldActivateADeviceThatConnected() {
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);

    report(registry.organisation(), TIME);

    awaitSeen("2023-11-14T22:13:20Z");
    details().then().body("state", equalTo("active"));
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(
                          state -> {
                            assertThat(state.getLifecycle())
                                .isEqualTo(LifecycleState.LIFECYCLE_STATE_ACTIVE);
                            assertThat(state.getCredentialsCount()).isOne();
                          }));
    }
    registry.transition(device, "quarantine", "recall").then().statusCode(200);
    registry.transition(device, "release", "mistaken").then().body("state", equalTo("active"));
  }

  @Test
  void shouldKeepTheGreatestOfEachInWhateverOrder() {
    TelemetryReports.send(
        device,
        DeviceActivity.newBuilder()
            .setDeviceId(device.toString())
            .setOrganisationId(registry.organisation().toString())
            .setConnectedAtMs(TIME)
            .setConfigurationVersion(4)
            .setConfigurationAcknowledgedAtMs(TIME)
            .build()
            .toByteArray());
    report(registry.organisation(), TIME - 5_000);
    TelemetryReports.send(
        device,
        DeviceActivity.newBuilder()
            .setDeviceId(device.toString())
            .setOrganisationId(registry.organisation().toString())
            .setDisconnectedAtMs(TIME + 60_000)
            .setConfigurationVersion(3)
            .setConfigurationAcknowledgedAtMs(TIME + 60_000)
            .build()
            .toByteArray());

    awaitSeen("2023-11-14T22:14:20Z");
    details()
        .then()
        .body("activity.connectedAt", equalTo("2023-11-14T22:13:20Z"))
        .body("activity.configurationVersion", equalTo(4))
        .body("activity.configurationAcknowledgedAt", equalTo("2023-11-14T22:13:20Z"));
  }

  @Test
  void shouldBringNobodyBack() {
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);
    registry.transition(device, "report-lost", "stolen").then().statusCode(200);

    report(registry.organisation(), TIME);

    awaitSeen("2023-11-14T22:13:20Z");
    details().then().body("state", equalTo("lost"));
  }

  @Test
  void shouldDropWhatItCantReadOrDoesNotKnowAndGoOn() {
    TelemetryReports.send(device, "nonsense".getBytes(StandardCharsets.UTF_8));
    TelemetryReports.send(device, new byte[0]);
    report(UUID.randomUUID(), TIME + 1_000);
    report(registry.organisation(), -1);
    report(registry.organisation(), TIME);

    awaitSeen("2023-11-14T22:13:20Z");
  }

  @Test
  void shouldSayNothingOfWhatWasNeverSeen() {
    details().then().body("activity", nullValue());
  }

  private void report(UUID organisation, long connectedAt) {
    TelemetryReports.send(
        device,
        DeviceActivity.newBuilder()
            .setDeviceId(device.toString())
            .setOrganisationId(organisation.toString())
            .setConnectedAtMs(connectedAt)
            .build()
            .toByteArray());
  }

  private void awaitSeen(String moment) {
    await().untilAsserted(() -> details().then().body("activity.seenAt", equalTo(moment)));
  }

  private Response details() {
    return registry.admin().get("/v1/devices/" + device);
  }
}
