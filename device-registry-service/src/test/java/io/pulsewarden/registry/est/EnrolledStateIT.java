package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.deviceregistry.v1.Assignment;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceConfiguration;
import io.pulsewarden.contracts.deviceregistry.v1.DeviceState;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The feed's record after an enrolment: what enrolment does not change is told as it was. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class EnrolledStateIT {

  /** Not on a millisecond: the feed's times are rounded down, whoever reads them. */
  private static final Instant FROM = Instant.parse("2026-01-05T10:00:00.123900Z");

  private static final Instant UNTIL = Instant.parse("2036-01-05T10:00:00.456900Z");

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID gateway;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    gateway = registry.device("gateway");
  }

  @Test
  void shouldTellTheRestAsItWas() {
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    List<UUID> devices = List.of(registry.device(), registry.device());
    set("/v1/models/Acme/PX-1/configuration", "\"0\"", Map.of("reportingIntervalS", 900));
    set("/v1/devices/" + gateway + "/configuration", "*", Map.of("samplingIntervalS", 60));
    devices.forEach(
        device -> set("/v1/devices/" + gateway + "/gateway-devices/" + device, "*", Map.of()));
    registry.assign(gateway, first, FROM, UNTIL).then().statusCode(201);
    registry.assign(gateway, second, UNTIL).then().statusCode(201);

    registry.enrol(gateway, registry.claim(gateway), Csr.fresh()).then().statusCode(200);

    DeviceState state = enrolled();
    assertThat(state.getAssignmentsList())
        .extracting(Assignment::getPatientId, Assignment::getFromMs, Assignment::getUntilMs)
        .containsExactly(
            tuple(first.toString(), FROM.toEpochMilli(), UNTIL.toEpochMilli()),
            tuple(second.toString(), UNTIL.toEpochMilli(), 0L));
    assertThat(state.getAssignmentsList())
        .extracting(Assignment::hasUntilMs)
        .containsExactly(true, false);
    assertThat(state.getGatewayForList())
        .containsExactlyElementsOf(devices.stream().map(UUID::toString).sorted().toList());
    assertThat(state.getConfiguration())
        .isEqualTo(
            DeviceConfiguration.newBuilder()
                .setVersion(2)
                .setSamplingIntervalS(60)
                .setReportingIntervalS(900)
                .build());
  }

  private void set(String path, String match, Map<String, ?> settings) {
    int status = registry.admin().header("If-Match", match).body(settings).put(path).statusCode();
    assertThat(status).isBetween(200, 204);
  }

  private DeviceState enrolled() {
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      return await()
          .until(
              () ->
                  feed.states(gateway).stream()
                      .filter(state -> state.getCredentialsCount() == 1)
                      .findFirst()
                      .orElse(null),
              Objects::nonNull);
    }
  }
}
