package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Refused input of a clinic's device, as the intake would have written it to Kafka. */
final class RefusedInput {

  static final long TIME = 1_795_000_000_000L;
  static final String PAYLOAD = "[{\"n\":\"3150-6\",\"u\":\"%\",\"v\":24,\"t\":1795000000}]";

  private final Clinic clinic;
  private final Sealing sealing;
  private final DeviceDirectory directory;

  RefusedInput(Clinic clinic, Sealing sealing, DeviceDirectory directory) {
    this.clinic = clinic;
    this.sealing = sealing;
    this.directory = directory;
  }

  HttpResponse<String> decide(String id, String what, String token, String reason) {
    return clinic.post(
        "/v1/quarantine/" + id + "/" + what, token, "{\"reason\":\"" + reason + "\"}", Map.of());
  }

  void worn(UUID patient) {
    worn(patient, 0, Long.MAX_VALUE);
  }

  void worn(UUID patient, long fromMillis, long untilMillis) {
    worn(new Assignment(UUID.randomUUID(), 1, patient, fromMillis, untilMillis));
  }

  void worn(Assignment... assignments) {
    TestDevices.put(directory, TestDevices.active(clinic.device, clinic.organisation, assignments));
  }

  /** It has no clock, and is worn for ever. */
  void wornClockless(UUID patient) {
    TestDevices.put(
        directory,
        TestDevices.clockless(
            clinic.device,
            clinic.organisation,
            new Assignment(UUID.randomUUID(), 1, patient, 0, Long.MAX_VALUE)));
  }

  List<JsonNode> awaitItems(String path, String token, int count) {
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

  /** A record of a pack. */
  void refuse(String reason, String payload, long receivedAt) {
    refuse(record(reason, payload), reason, receivedAt);
  }

  /** A record without an absolute time, of a message with a number or without one. */
  void refuseRelative(String reason, String payload, long receivedAt, boolean numbered) {
    refuse(
        record(reason, payload).toBuilder().clearRecordTimeMs().setNumbered(numbered).build(),
        reason,
        receivedAt);
  }

  /** As it was before the reason stood beside the envelope. */
  void refuseAsBefore(String reason, String payload, long receivedAt) {
    refuse(record(reason, payload), "", receivedAt);
  }

  private QuarantinedInput record(String reason, String payload) {
    return input(reason, payload)
        .setDetail("value 0")
        .setCode("8867-4")
        .setRecordIndex(3)
        .setRecordCount(1)
        .setRecordTimeMs(TIME)
        .build();
  }

  /**
   * A whole message.
   *
   * @param wearers of whom the intake knew
   */
  void refuseWhole(String reason, String payload, long receivedAt, UUID... wearers) {
    refuse(
        input(reason, payload)
            .addAllWearerId(Arrays.stream(wearers).map(UUID::toString).toList())
            .build(),
        reason,
        receivedAt);
  }

  private QuarantinedInput.Builder input(String reason, String payload) {
    return QuarantinedInput.newBuilder()
        .setReason(reason)
        .setTopic("devices/" + clinic.device + "/vitals")
        .setPayload(ByteString.copyFromUtf8(payload));
  }

  private void refuse(QuarantinedInput input, String beside, long receivedAt) {
    byte[] plaintext = input.toByteArray();
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
            .setReason(beside)
            .build()
            .toByteArray());
  }
}
