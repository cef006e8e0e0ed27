package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.Clinic.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of a device's messages, and who may see which part of it. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class DeliveryIT {

  private static final long TIME = 1_795_000_000_000L;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject AuditTrail auditTrail;
  @Inject DeviceDirectory directory;

  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    await().until(() -> auditTrail.healthy());
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldShowTheWayOfADevicesMessages() {
    UUID patient = clinic.patientInCare("MRN-way");
    RecordMetadata sent = clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    String id = clinic.awaitObservations(patient, 1).getFirst().get("id").asText();
    String path = "/v1/devices/" + clinic.device + "/delivery";

    JsonNode nurse = json(clinic.get(path, clinic.nurseToken())).at("/messages/0");
    assertThat(nurse.get("partition").asInt()).isEqualTo(sent.partition());
    assertThat(nurse.get("offset").asLong()).isEqualTo(sent.offset());
    assertThat(nurse.at("/observations/0").asText()).isEqualTo(id);
    assertThat(nurse.at("/storedRange/firstOffset").asLong()).isLessThanOrEqualTo(sent.offset());
    assertThat(nurse.at("/storedRange/lastOffset").asLong()).isGreaterThanOrEqualTo(sent.offset());
    JsonNode admin = json(clinic.get(path, clinic.adminToken())).at("/messages/0");
    assertThat(admin.get("offset").asLong()).isEqualTo(sent.offset());
    assertThat(admin.has("observations")).isFalse();
    assertThat(json(clinic.get(path, clinic.outsiderToken())).get("messages")).isEmpty();
  }

  /** More than a search shows on a page, and with more than a page of others in between. */
  @Test
  void shouldShowTheIdsOfAllReadingsOfALargeMessage() {
    UUID patient = clinic.patientInCare("MRN-large");
    List<Reading> large = new ArrayList<>(series(1_199, TIME, 2, "61"));
    large.add(heartRate(TIME + 10_000, "61"));
    RecordMetadata sent = clinic.send(patient, large);
    clinic.send(patient, series(1_100, TIME + 4_000, 1, "62"));
    List<String> ids =
        clinic.awaitObservations(patient, 2_300).stream()
            .filter(one -> one.at("/valueQuantity/value").asInt() == 61)
            .map(one -> one.get("id").asText())
            .toList();

    JsonNode messages = json(clinic.get(path(), clinic.nurseToken())).get("messages");

    List<String> shown = new ArrayList<>();
    for (JsonNode message : messages) {
      if (message.get("offset").asLong() == sent.offset()) {
        message.get("observations").forEach(id -> shown.add(id.asText()));
      }
    }
    assertThat(shown).hasSize(1_200).containsExactlyInAnyOrderElementsOf(ids);
  }

  private static List<Reading> series(int count, long from, long step, String value) {
    return IntStream.range(0, count).mapToObj(i -> heartRate(from + i * step, value)).toList();
  }

  /** A device goes from one patient to the next: the nurse has the second one alone. */
  @Test
  void shouldShowOfADeviceTheTimesOfThoseAloneWhomTheCallerMaySee() {
    long now = System.currentTimeMillis() - 600_000;
    UUID before = clinic.patient("MRN-before-" + clinic.device);
    UUID hers = clinic.patientInCare("MRN-after-" + clinic.device);
    TestDevices.put(
        directory,
        TestDevices.active(
            clinic.device,
            clinic.organisation,
            new Assignment(UUID.randomUUID(), 1, before, 0, now + 100_000),
            new Assignment(UUID.randomUUID(), 1, hers, now + 100_000, Long.MAX_VALUE)));
    RefusedInput refused = new RefusedInput(clinic, sealing, directory);
    refused.refuse("impossible-value", RefusedInput.PAYLOAD, now + 50_000);
    refused.refuse("wrong-unit", RefusedInput.PAYLOAD, now + 120_000);
    refused.refuseAsBefore("too-old", RefusedInput.PAYLOAD, now + 130_000);
    // One after the other: they come by different partitions, and a numbering begins with the
    // first.
    numbered(before, 1, now);
    awaitReceived(1);
    numbered(before, 4, now + 40_000);
    awaitReceived(2);
    numbered(hers, 7, now + 110_000);
    awaitReceived(3);
    numbered(hers, 9, now + 130_000);
    awaitReceived(4);
    await().until(() -> whole().at("/refused/open").asLong() == 3);

    JsonNode seen = json(clinic.get(path(), clinic.nurseToken()));

    assertThat(seen.get("messages")).hasSize(2);
    assertThat(seen.at("/numbering/missing")).hasSize(2);
    assertThat(seen.at("/numbering/missing/0/first").asLong()).isEqualTo(8);
    assertThat(seen.at("/numbering/missing/1/first").asLong()).isEqualTo(5);
    assertThat(seen.at("/numbering/missing/1/from").asText())
        .as("when it became hers, not when the other's last reading was")
        .isEqualTo(Instant.ofEpochMilli(now + 100_000).toString());
    assertThat(seen.at("/numbering/missing/1/until").asText())
        .isEqualTo(Instant.ofEpochMilli(now + 110_000).toString());
    assertThat(seen.get("numbering").has("received")).isFalse();
    assertThat(seen.at("/refused/open").asLong()).isEqualTo(2);
    assertThat(seen.at("/refused/byReason")).hasSize(2);
    assertThat(seen.at("/refused/byReason/wrong-unit").asLong()).isEqualTo(1);
    assertThat(seen.at("/refused/byReason/unknown").asLong()).isEqualTo(1);
    assertThat(AuditTopic.eventsOf(clinic.organisation))
        .filteredOn(event -> event.getAgent().getId().equals(clinic.nurse.toString()))
        .filteredOn(event -> event.getAction() == AuditAction.AUDIT_ACTION_DELIVERY_READ)
        .singleElement()
        .satisfies(event -> assertThat(event.getPatientIdList()).containsExactly(hers.toString()));

    JsonNode all = whole();
    assertThat(all.at("/numbering/missing")).hasSize(3);
    assertThat(all.at("/numbering/received").asLong()).isEqualTo(4);
    assertThat(all.get("messages")).hasSize(4);
  }

  private void numbered(UUID patient, long sequence, long time) {
    clinic.sendRaw(
        patient,
        clinic.vitals(patient, List.of(heartRate(time, "60"))).toBuilder()
            .setSequence(sequence)
            .build()
            .toByteArray());
  }

  private void awaitReceived(long count) {
    await().until(() -> whole().at("/numbering/received").asLong() == count);
  }

  private JsonNode whole() {
    return json(clinic.get(path(), clinic.adminToken()));
  }

  private String path() {
    return "/v1/devices/" + clinic.device + "/delivery";
  }
}
