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
    TestDevices.put(
        directory,
        TestDevices.active(
            clinic.device,
            clinic.organisation,
            new Assignment(UUID.randomUUID(), 1, patient, fromMillis, untilMillis)));
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

  void refuse(String reason, String payload, long receivedAt) {
    refuse(reason, reason, payload, receivedAt);
  }

  /** As it was before the reason stood beside the envelope. */
  void refuseAsBefore(String reason, String payload, long receivedAt) {
    refuse(reason, "", payload, receivedAt);
  }

  private void refuse(String reason, String beside, String payload, long receivedAt) {
    byte[] plaintext =
        QuarantinedInput.newBuilder()
            .setReason(reason)
            .setTopic("devices/" + clinic.device + "/vitals")
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
            .setReason(beside)
            .build()
            .toByteArray());
  }
}
