package io.pulsewarden.telemetry;

import static io.pulsewarden.telemetry.Clinic.heartRate;
import static io.pulsewarden.telemetry.Clinic.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.logverifier.ProvenReading;
import io.pulsewarden.logverifier.VerifierKey;
import io.pulsewarden.logverifier.VitalsReceipt;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receipts, checked by code that shares nothing with ours. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class ReceiptIT {

  private static final long TIME = 1_795_000_000_000L;
  private static final String AT = "2026-11-18T11:06:40Z";
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject InMemoryBaseKeys keys;

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
  void shouldProveAMessageToWhoeverHasTheLogsKeyAlone() throws Exception {
    UUID patient = clinic.patientInCare("MRN-receipt");
    clinic.send(clinic.patient("MRN-neighbour"), List.of(heartRate(TIME, "71")));
    clinic.send(
        patient,
        List.of(
            heartRate(TIME, "62.8"),
            heartRate(TIME + 1_000, "63"),
            new Reading.BloodPressure(TIME, new BigDecimal("120"), null, new BigDecimal("92.5"))));
    ObjectNode receipt = (ObjectNode) json(awaitReceipt());
    KeyPair log = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    complete(receipt, log);

    VitalsReceipt.Proven proven = verify(receipt, log);

    assertThat(proven.readings())
        .extracting(ProvenReading::measured)
        .containsExactly(
            "8867-4 62.8 /min", "8867-4 63 /min", "8480-6 120 mm[Hg], 8478-0 92.5 mm[Hg]");
    assertThat(proven.readings()).extracting(ProvenReading::subject).containsOnly(patient);
    ((ObjectNode) receipt.at("/readings/1")).set("salt", receipt.at("/readings/0/salt"));
    assertThatThrownBy(() -> verify(receipt, log)).hasMessageContaining("readings[1].path");
    assertThat(AuditTopic.eventsOf(clinic.organisation))
        .anyMatch(
            event ->
                event.getAction() == AuditAction.AUDIT_ACTION_RECEIPT_READ
                    && event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_SUCCESS
                    && event.getPatientIdList().equals(List.of(patient.toString())));
  }

  @Test
  void shouldGiveItToTheCareTeamAloneAndToNobodyOnceThePatientIsErased() {
    UUID patient = clinic.patientInCare("MRN-receipt-walls");
    clinic.send(patient, List.of(heartRate(TIME, "62.8")));
    awaitReceipt();

    assertThat(get(clinic.outsiderToken()).statusCode()).isEqualTo(404);
    assertThat(get(clinic.adminToken()).statusCode()).isEqualTo(403);
    assertThat(get(TestTokens.of(clinic.nurse, UUID.randomUUID(), "clinician")).statusCode())
        .isEqualTo(404);
    assertThat(clinic.getWithoutToken(path(AT)).statusCode()).isEqualTo(401);
    assertThat(clinic.get(path("2026-11-18T11:06:41Z"), clinic.nurseToken()).statusCode())
        .isEqualTo(404);
    for (String bad :
        List.of("/v1/receipts", "/v1/receipts?device=" + clinic.device, path("now"))) {
      assertThat(clinic.get(bad, clinic.nurseToken()).statusCode()).as(bad).isEqualTo(400);
    }
    keys.erase(KeySubject.patient(clinic.organisation, patient));
    assertThat(get(clinic.nurseToken()).statusCode()).isEqualTo(410);
  }

  private HttpResponse<String> awaitReceipt() {
    return await().until(() -> get(clinic.nurseToken()), answer -> answer.statusCode() == 200);
  }

  private HttpResponse<String> get(String token) {
    return clinic.get(path(AT), token);
  }

  private String path(String time) {
    return "/v1/receipts?device=" + clinic.device + "&time=" + time;
  }

  /** As who may read the log completes it: here the log has the entry and one before it. */
  private static void complete(ObjectNode receipt, KeyPair log) throws Exception {
    String event = receipt.at("/storedRange/auditEvent").asText();
    byte[] entry =
        await().until(() -> AuditTopic.recordOf(event), found -> found.isPresent()).get();
    byte[] before = sha256(new byte[] {0}, "before".getBytes(UTF_8));
    byte[] root = sha256(new byte[] {1}, before, sha256(new byte[] {0}, entry));
    String note = "test.example/log\n2\n" + BASE64.encodeToString(root) + "\n";
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(log.getPrivate());
    signer.update(note.getBytes(UTF_8));
    byte[] signature = signer.sign();
    byte[] line = ByteBuffer.allocate(68).put(keyId(log)).put(signature).array();
    receipt
        .putObject("log")
        .put("entry", BASE64.encodeToString(entry))
        .put(
            "proof",
            "c2sp.org/tlog-proof@v1\nindex 1\n%s\n\n%s\n\u2014 test.example/log %s\n"
                .formatted(BASE64.encodeToString(before), note, BASE64.encodeToString(line)));
  }

  private static VitalsReceipt.Proven verify(JsonNode receipt, KeyPair log) throws Exception {
    String key =
        "test.example/log+%s+%s"
            .formatted(HexFormat.of().formatHex(keyId(log)), BASE64.encodeToString(typedKey(log)));
    return VitalsReceipt.parse(receipt.toString().getBytes(UTF_8))
        .verify(VerifierKey.parse(key), List.of(), 0);
  }

  private static byte[] typedKey(KeyPair log) {
    byte[] spki = log.getPublic().getEncoded();
    byte[] typed = new byte[33];
    typed[0] = 1;
    System.arraycopy(spki, spki.length - 32, typed, 1, 32);
    return typed;
  }

  private static byte[] keyId(KeyPair log) throws Exception {
    return Arrays.copyOf(sha256("test.example/log\n".getBytes(UTF_8), typedKey(log)), 4);
  }

  private static byte[] sha256(byte[]... parts) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
