package io.pulsewarden.keys;

import static io.pulsewarden.keys.KeysClient.byId;
import static io.pulsewarden.keys.KeysClient.bySubject;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.platform.ServiceTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.Test;

/** From a request to the receipt; what restored rows are good for, before and after a trim. */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class ErasureIT {

  private static final String BODY =
      "{\"reason\":\"patient-request\",\"legalBasis\":\"gdpr-17-1-b\"}";
  private static final int TODAY = 20780;

  /** The number of the gate that hand-outs pass and a destruction shuts. */
  private static final long GATE = 0x6b65792d67617465L;

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI url;

  @Inject KekProvider keks;

  private final Subject patient =
      new Subject(UUID.randomUUID(), SubjectKind.PATIENT, UUID.randomUUID());
  private final String path = "/v1/patients/" + patient.id() + "/erasure";
  private final String first = TestTokens.of("first", patient.organisation(), "privacy-officer");
  private final String second = TestTokens.of("second", patient.organisation(), "privacy-officer");

  @Test
  void shouldNeedTwoOfficersOfThePatientsOrganisation() throws Exception {
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      assertRefused(people.send("POST", path, first, BODY), 404, "unknown-patient");
      telemetry.keys(List.of(bySubject(patient, "vitals", TODAY)));
      String elsewhere = TestTokens.of("third", UUID.randomUUID(), "privacy-officer");

      assertRefused(people.send("POST", path, elsewhere, BODY), 404, "unknown-patient");
      assertThat(people.send("POST", path, custodian(), BODY).statusCode()).isEqualTo(403);
      assertRefused(
          people.send("POST", path, first, "{\"reason\":\"Mrs Smith\"}"),
          400,
          "unreadable-request");
      assertThat(people.send("POST", path, first, BODY).statusCode()).isEqualTo(201);
      assertRefused(people.send("POST", path, first, BODY), 409, "already-requested");
      assertRefused(confirm(people, first), 409, "same-person");
      assertRefused(confirm(people, elsewhere), 409, "not-requested");
      JsonNode confirmed = KeysClient.json(confirm(people, second).body());
      assertThat(confirmed.path("state").asText()).isEqualTo("confirmed");
      assertThat(Instant.parse(confirmed.path("dueAt").asText()))
          .isAfterOrEqualTo(
              Instant.parse(confirmed.path("confirmedAt").asText()).plus(Duration.ofDays(3)));
      assertThat(status(telemetry, bySubject(patient, "vitals", TODAY))).isEqualTo("ok");
    }
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_ERASURE_REFUSED
                && event.getReasonCode().equals("same-person")
                && event.getPatientIdList().contains(patient.id().toString()));
  }

  @Test
  void shouldDestroyNothingThatWasCalledOffOrIsHeld() throws Exception {
    String hold = "/v1/patients/" + patient.id() + "/legal-hold";
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      telemetry.keys(List.of(bySubject(patient, "vitals", TODAY)));
      people.send("POST", path, first, BODY);
      confirm(people, second);
      assertThat(people.send("POST", path + "/cancellation", first, null).statusCode())
          .isEqualTo(200);
      assertRefused(people.send("POST", path + "/cancellation", first, null), 409, "not-pending");

      people.send("POST", path, second, BODY);
      confirm(people, first);
      assertThat(people.send("PUT", hold, first, "{\"reason\":\"litigation\"}").statusCode())
          .isEqualTo(200);
      assertThat(state(people)).isEqualTo("called-off");
      assertRefused(people.send("POST", path, first, BODY), 409, "legal-hold");
      makeDue();
      awaitATurn(telemetry, people);

      assertThat(status(telemetry, bySubject(patient, "vitals", TODAY))).isEqualTo("ok");
      assertThat(state(people)).isEqualTo("called-off");
    }
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_ERASURE_CALLED_OFF
                && event.getReasonCode().equals("legal-hold")
                && event.getPatientIdList().contains(patient.id().toString()));
  }

  /** Until one that fell due later is destroyed: whoever looked at it looked at ours as well. */
  private void awaitATurn(KeysClient telemetry, PeopleClient people) throws Exception {
    Subject other = new Subject(patient.organisation(), SubjectKind.PATIENT, UUID.randomUUID());
    String its = "/v1/patients/" + other.id() + "/erasure";
    telemetry.keys(List.of(bySubject(other, "vitals", TODAY)));
    people.send("POST", its, first, BODY);
    people.send("POST", its + "/confirmation", second, null);
    update("UPDATE erasure SET due_at = now() WHERE patient_id = ?", other.id());
    await().until(() -> status(telemetry, bySubject(other, "vitals", TODAY)).equals("erased"));
  }

  @Test
  void shouldDestroyWaitForWhoHeldKeysAndProveIt() throws Exception {
    UUID key;
    try (KeysClient telemetry = telemetry();
        KeysClient silent = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      key = keyId(telemetry);
      silent.keys(List.of(byId(key, "vitals", TODAY)));
      people.send("POST", path, first, BODY);
      confirm(people, second);
      makeDue();
      await().until(() -> state(people).equals("destroyed"));

      assertThat(status(telemetry, bySubject(patient, "vitals", TODAY))).isEqualTo("erased");
      assertThat(status(telemetry, byId(key, "vitals", TODAY))).isEqualTo("erased");
      assertThat(people.send("GET", path + "/receipt", first, null).statusCode()).isEqualTo(404);

      assertThat(telemetry.confirm(List.of(key), purged(key)).statusCode()).isEqualTo(204);
      // The other one never says anything: its fence is all there is.
      assertThat(awaited(silent.instance())).isEqualTo("waiting");
      assertThat(state(people)).isEqualTo("destroyed");
      fenceNow();
      await().until(() -> state(people).equals("completed"));

      assertReceipt(
          people.send("GET", path + "/receipt", first, null).body(),
          key,
          telemetry.instance(),
          silent.instance());
    }
    try (TopicReader feed =
        new TopicReader(KeyServers.bed().adminKafkaProperties(), "keys.key-state.v1")) {
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> feed.fresh().stream().anyMatch(record -> tellsOfTheEndOf(key, record)));
    }
  }

  private static boolean tellsOfTheEndOf(UUID key, ConsumerRecord<byte[], byte[]> told) {
    try {
      return new String(told.key(), UTF_8).equals(key.toString())
          && KeyStateRecord.parseFrom(told.value()).getSubjectKey().getState()
              == KeyState.KEY_STATE_DESTROYED;
    } catch (InvalidProtocolBufferException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  /** It passed the gate and stands still: everybody else goes on, and the erasure comes again. */
  @Test
  void shouldHandOutWhileAFrozenProcessKeepsAnErasureWaiting() throws Exception {
    Subject other = new Subject(patient.organisation(), SubjectKind.PATIENT, UUID.randomUUID());
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      UUID key = keyId(telemetry);
      people.send("POST", path, first, BODY);
      confirm(people, second);
      try (Connection frozen = KeyServers.bed().superuserConnection();
          PreparedStatement pass =
              frozen.prepareStatement("SELECT pg_advisory_xact_lock_shared(?)")) {
        frozen.setAutoCommit(false);
        pass.setLong(1, GATE);
        pass.executeQuery();
        makeDue();
        await().until(ErasureIT::somebodyWaitsAtTheGate);

        assertThat(status(telemetry, bySubject(other, "vitals", TODAY))).isEqualTo("ok");
        assertThat(status(telemetry, byId(key, "vitals", TODAY))).isEqualTo("ok");
        assertThat(state(people)).isEqualTo("confirmed");
        frozen.rollback();
      }
      await().until(() -> state(people).equals("destroyed"));
    }
  }

  private static boolean somebodyWaitsAtTheGate() throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                    + " AND mode = 'ExclusiveLock' AND objsubid = 1)");
        ResultSet rows = select.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  /** A row copied before and put back stands for a dump that is restored. */
  @Test
  void shouldOpenNothingOfADumpOnceItsKekVersionIsTrimmed() throws Exception {
    try (KeysClient telemetry = telemetry();
        PeopleClient people = new PeopleClient(url)) {
      UUID key = keyId(telemetry);
      Subject survivor =
          new Subject(patient.organisation(), SubjectKind.ORGANISATION, patient.organisation());
      telemetry.keys(List.of(bySubject(survivor, "cursor", 0)));
      Dump dump = dump(key);
      people.send("POST", path, first, BODY);
      confirm(people, second);
      makeDue();
      await().until(() -> state(people).equals("destroyed"));

      // The bound, said openly: until the KEK version is trimmed, a dump still opens.
      restore(key, dump);
      assertThat(status(telemetry, byId(key, "vitals", TODAY))).isEqualTo("ok");

      KekVersion next = keks.rotate(dump.kek()).toCompletableFuture().join();
      keks.trim(dump.kek(), next.version()).toCompletableFuture().join();
      forgetInMemory(key);
      restore(key, dump);
      await().until(() -> status(telemetry, byId(key, "vitals", TODAY)).equals("unusable"));
      assertThat(status(telemetry, bySubject(patient, "vitals", TODAY))).isEqualTo("unusable");
    }
  }

  private record Dump(ByteString wrapped, KekName kek) {}

  private void assertReceipt(String jws, UUID key, UUID evicted, UUID fenced) throws Exception {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmConstraints(
        new AlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256));
    signature.setCompactSerialization(jws);
    X509Certificate signer = signature.getLeafCertificateHeaderValue();
    signer.verify(KeyServers.bed().serviceCa().certificate().getPublicKey());
    assertThat(Objects.requireNonNull(signer.getSubjectAlternativeNames()).toString())
        .contains("spiffe://pulsewarden.local/service/key-management-service");
    signature.setKey(signer.getPublicKey());
    assertThat(signature.verifySignature()).isTrue();
    JsonNode receipt = KeysClient.json(signature.getPayload());
    assertThat(receipt.path("patient").asText()).isEqualTo(patient.id().toString());
    assertThat(receipt.at("/requested/by").asText()).isEqualTo("first");
    assertThat(receipt.at("/confirmed/by").asText()).isEqualTo("second");
    assertThat(receipt.at("/destroyed/subjectKeys/0/id").asText()).isEqualTo(key.toString());
    assertThat(receipt.at("/destroyed/blindIndexes").asLong()).isEqualTo(2);
    assertThat(receipt.at("/backups/voidOnceTrimmed/0/version").asInt()).isEqualTo(1);
    assertThat(receipt.path("holders"))
        .anySatisfy(
            holder -> {
              assertThat(holder.path("instance").asText()).isEqualTo(evicted.toString());
              assertThat(holder.has("evictedAt")).isTrue();
            })
        .anySatisfy(
            holder -> {
              assertThat(holder.path("instance").asText()).isEqualTo(fenced.toString());
              assertThat(holder.has("fencedAt")).isTrue();
            });
    String hash =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(jws.getBytes(US_ASCII)));
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_ERASURE_COMPLETED
                && event.getEntityList().stream().anyMatch(entity -> entity.getId().equals(hash)));
  }

  private UUID keyId(KeysClient telemetry) throws Exception {
    return UUID.fromString(
        telemetry
            .keys(List.of(bySubject(patient, "vitals", TODAY)))
            .path(0)
            .path("subjectKeyId")
            .asText());
  }

  private HttpResponse<String> confirm(PeopleClient people, String token) throws Exception {
    return people.send("POST", path + "/confirmation", token, null);
  }

  private String state(PeopleClient people) throws Exception {
    return KeysClient.json(people.send("GET", path, first, null).body()).path("state").asText();
  }

  private String custodian() {
    return TestTokens.of("custodian", patient.organisation(), "key-custodian");
  }

  private static String status(KeysClient telemetry, String request) throws Exception {
    return telemetry.keys(List.of(request)).path(0).path("status").asText();
  }

  private static String purged(UUID key) {
    return "{\"subjectKeyId\":\"" + key + "\",\"blindIndexes\":2,\"heldBlocks\":0}";
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code)
      throws Exception {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(KeysClient.json(answer.body()).path("code").asText()).isEqualTo(code);
  }

  /** As if three days had passed. */
  private void makeDue() throws Exception {
    update(
        "UPDATE erasure SET due_at = now() - interval '1 second' WHERE patient_id = ?",
        patient.id());
  }

  /** As if everybody's keys had expired: the other tests' clients never say anything either. */
  private void fenceNow() throws Exception {
    update(
        "UPDATE awaited_eviction SET fenced_at = now() - interval '1 second'"
            + " WHERE evicted_at IS NULL"
            + " AND erasure_id IN (SELECT id FROM erasure WHERE patient_id = ?)",
        patient.id());
  }

  private static String awaited(UUID instance) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT evicted_at FROM awaited_eviction WHERE instance_id = ?")) {
      select.setObject(1, instance);
      try (ResultSet rows = select.executeQuery()) {
        return !rows.next() ? "unknown" : rows.getObject(1) == null ? "waiting" : "evicted";
      }
    }
  }

  private static Dump dump(UUID key) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT wrapped, organisation_id, shard FROM subject_key WHERE id = ?")) {
      select.setObject(1, key);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return new Dump(
            ByteString.copyFrom(rows.getBytes(1)),
            new KekName(rows.getObject(2, UUID.class), rows.getInt(3)));
      }
    }
  }

  private static void restore(UUID key, Dump dump) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement update =
            database.prepareStatement(
                "UPDATE subject_key SET wrapped = ?, state = 'ACTIVE', destroyed_at = NULL"
                    + " WHERE id = ?")) {
      update.setBytes(1, dump.wrapped().toByteArray());
      update.setObject(2, key);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  /** A restored service starts with nothing in memory: here a second destruction empties it. */
  private void forgetInMemory(UUID key) throws Exception {
    update(
        "UPDATE subject_key SET wrapped = NULL, state = 'DESTROYED', destroyed_at = now()"
            + " WHERE id = ?",
        key);
    try (KeysClient telemetry = telemetry()) {
      await().until(() -> status(telemetry, byId(key, "vitals", TODAY)).equals("erased"));
    }
  }

  private static void update(String sql, UUID id) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement update = database.prepareStatement(sql)) {
      update.setObject(1, id);
      update.executeUpdate();
    }
  }

  private KeysClient telemetry() throws Exception {
    return new KeysClient(
        url,
        KeyServers.bed().serviceCa().certificate(),
        KeyServers.bed()
            .serviceCa()
            .issueService("telemetry-service", ServiceTestBed.TRUST_DOMAIN));
  }
}
