package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class QuarantineIT {

  private static final long TIME = 1_795_000_000_000L;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;

  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldShowToEachRoleWhatItMaySee() {
    refuse("impossible-value", "{\"n\":\"8867-4\",\"v\":0}", TIME);
    String path = "/v1/quarantine?device=" + clinic.device;
    JsonNode admin = awaitItems(path, clinic.adminToken(), 1).getFirst();
    assertThat(admin.get("reason").asText()).isEqualTo("impossible-value");
    assertThat(admin.get("recordIndex").asInt()).isEqualTo(3);
    assertThat(admin.get("recordTime").asText()).isEqualTo("2026-11-18T11:06:40Z");
    assertThat(admin.has("payload") || admin.has("code") || admin.has("detail")).isFalse();

    String privacy = TestTokens.of(UUID.randomUUID(), clinic.organisation, "privacy-officer");
    JsonNode whole = json(clinic.get(path, privacy)).at("/items/0");
    assertThat(whole.get("payload").asText()).isEqualTo("{\"n\":\"8867-4\",\"v\":0}");
    assertThat(whole.get("code").asText()).isEqualTo("8867-4");

    assertThat(clinic.get(path, clinic.outsiderToken()).statusCode()).isEqualTo(403);
    String elsewhere = TestTokens.of(UUID.randomUUID(), UUID.randomUUID(), "privacy-officer");
    assertThat(json(clinic.get(path, elsewhere)).get("items")).isEmpty();
  }

  @Test
  void shouldPageTheLatestFirst() {
    for (int i = 0; i < 25; i++) {
      refuse("unknown-code", "{}", TIME + i);
    }
    awaitItems("/v1/quarantine", clinic.adminToken(), 25);
    List<Instant> times = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = json(clinic.get("/v1/quarantine?limit=10" + next, clinic.adminToken()));
      page.get("items").forEach(item -> times.add(Instant.parse(item.get("receivedAt").asText())));
      next = page.has("next") ? "&cursor=" + page.get("next").asText() : "";
    } while (!next.isEmpty());
    assertThat(times)
        .hasSize(25)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(clinic.get("/v1/quarantine?cursor=AAAA", clinic.adminToken()).statusCode())
        .isEqualTo(400);
  }

  private List<JsonNode> awaitItems(String path, String token, int count) {
    List<JsonNode> items = new ArrayList<>();
    await()
        .until(
            () -> {
              items.clear();
              json(clinic.get(path, token)).path("items").forEach(items::add);
              return items.size() >= count;
            });
    return items;
  }

  private void refuse(String reason, String payload, long receivedAt) {
    byte[] plaintext =
        QuarantinedInput.newBuilder()
            .setReason(reason)
            .setDetail("value 0")
            .setCode("8867-4")
            .setRecordIndex(3)
            .setRecordTimeMs(TIME)
            .setPayload(ByteString.copyFromUtf8(payload))
            .build()
            .toByteArray();
    byte[] envelope =
        sealing
            .seal(
                KeySubject.device(clinic.organisation, clinic.device),
                Purpose.QUARANTINE,
                new EnvelopeContext(
                    "quarantine",
                    clinic.organisation,
                    clinic.device,
                    clinic.device,
                    receivedAt,
                    receivedAt,
                    1),
                plaintext)
            .toCompletableFuture()
            .join();
    clinic.send(
        "telemetry.quarantine.v1",
        clinic.device.toString().getBytes(UTF_8),
        SealedQuarantine.newBuilder()
            .setEnvelope(ByteString.copyFrom(envelope))
            .setOrganisationId(clinic.organisation.toString())
            .setDeviceId(clinic.device.toString())
            .setReceivedAtMs(receivedAt)
            .setSchemaVersion(1)
            .build()
            .toByteArray());
  }
}
