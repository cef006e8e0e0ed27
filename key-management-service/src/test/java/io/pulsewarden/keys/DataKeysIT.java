package io.pulsewarden.keys;

import static io.pulsewarden.keys.KeysClient.byId;
import static io.pulsewarden.keys.KeysClient.bySubject;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class DataKeysIT {

  private static final UUID ORGANISATION = UUID.randomUUID();
  private static final int TODAY = 20780;

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI url;

  @Test
  void shouldHandNoKeyToWhoHasACertificateOfAnotherAuthority() throws Exception {
    LocalCa foreign = LocalCa.create("somebody else's CA");
    Subject subject = patient();
    try (KeysClient stranger =
        client(foreign.issueService("telemetry-service", ServiceTestBed.TRUST_DOMAIN))) {
      // Shown, it breaks the handshake; a client that sees it is not wanted keeps it to itself.
      assertThatThrownBy(() -> stranger.keys(List.of(bySubject(subject, "vitals", TODAY))))
          .isInstanceOf(IOException.class);
    }
    assertThat(rowsOf(subject)).isZero();
  }

  @Test
  void shouldHandNoKeyToWhoShowsNoCertificateWhateverToken() throws Exception {
    Subject subject = patient();
    String body = "{\"requests\":[" + bySubject(subject, "vitals", TODAY) + "]}";
    try (PeopleClient nobody = new PeopleClient(url)) {
      HttpResponse<String> bare = nobody.send("POST", "/v1/data-keys", null, body);
      HttpResponse<String> withToken =
          nobody.send(
              "POST",
              "/v1/data-keys",
              TestTokens.of("somebody", subject.organisation(), "privacy-officer", "key-custodian"),
              body);

      assertThat(bare.statusCode()).isEqualTo(403);
      assertThat(KeysClient.json(bare.body()).path("code").asText()).isEqualTo("not-a-service");
      assertThat(withToken.statusCode()).isEqualTo(403);
    }
    assertThat(rowsOf(subject)).isZero();
  }

  @Test
  void shouldAnswer403ToACertificateThatNamesNoServiceOfThisTrustDomain() throws Exception {
    try (KeysClient elsewhere =
        client(KeyServers.bed().serviceCa().issueService("telemetry-service", "elsewhere.local"))) {
      HttpResponse<String> answer = elsewhere.post("{}");
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/problem+json");
      assertThat(KeysClient.json(answer.body()).path("code").asText()).isEqualTo("not-a-service");
      assertThat(elsewhere.confirm(List.of()).statusCode()).isEqualTo(403);
    }
    AuditLog.await(
        event ->
            event.getReasonCode().equals("foreign-trust-domain")
                && event.getEntityList().stream()
                    .anyMatch(entity -> entity.getId().equals("evictions")));
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_KEYS_DENIED
                && event.getReasonCode().equals("foreign-trust-domain"));
  }

  @Test
  void shouldDenyEveryPurposeToAServiceWithoutGrantsAndMakeNoKey() throws Exception {
    Subject subject = patient();
    try (KeysClient audit = service("audit-service")) {
      assertThat(
              statuses(
                  audit.keys(
                      List.of(
                          bySubject(subject, "vitals", TODAY),
                          byId(KeyServers.EARLIER_ID, "vitals", TODAY)))))
          .containsExactly("denied", "denied");
    }
    assertThat(rowsOf(subject)).isZero();
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_KEYS_DENIED
                && event.getOrganisationId().equals(subject.organisation().toString())
                && event
                    .getAgent()
                    .getId()
                    .equals("spiffe://pulsewarden.local/service/audit-service"));
  }

  @Test
  void shouldDenyKeysOfTheFuture() throws Exception {
    try (KeysClient telemetry = telemetry()) {
      assertThat(statuses(telemetry.keys(List.of(bySubject(patient(), "vitals", 200_000)))))
          .containsExactly("denied");
    }
  }

  @Test
  void shouldOpenTheKeysOfAnEarlierLife() throws Exception {
    try (KeysClient telemetry = telemetry()) {
      JsonNode keys =
          telemetry.keys(
              List.of(
                  bySubject(KeyServers.EARLIER, "vitals", TODAY),
                  byId(KeyServers.EARLIER_ID, "vitals", TODAY),
                  byId(KeyServers.EARLIER_ID, "observation-id", 0),
                  byId(KeyServers.ERASED_ID, "vitals", TODAY),
                  bySubject(KeyServers.ERASED, "vitals", TODAY),
                  byId(UUID.randomUUID(), "vitals", TODAY)));

      assertThat(statuses(keys)).containsExactly("ok", "ok", "ok", "erased", "erased", "unknown");
      assertThat(keys.path(0).path("subjectKeyId").asText())
          .isEqualTo(KeyServers.EARLIER_ID.toString());
      assertThat(hex(keys.path(0)))
          .isEqualTo("0186eab90e4ef12ac361dd7b1d4f687771ed07f7f64c713b39d2369d9fcff878")
          .isEqualTo(hex(keys.path(1)));
      assertThat(hex(keys.path(2)))
          .isEqualTo("5fba35dab4f53068b85a9dfc4626de3a684d5d24ccc6c8ba2329175685a8ede2");
    }
  }

  @Test
  void shouldAnswerAThousandInOrder() throws Exception {
    List<String> requests = new ArrayList<>();
    List<Subject> subjects = IntStream.range(0, 300).mapToObj(_ -> patient()).toList();
    for (int i = 0; i < 1000; i++) {
      requests.add(
          i % 10 == 0
              ? byId(UUID.randomUUID(), "vitals", TODAY)
              : bySubject(subjects.get(i % 300), "vitals", i));
    }
    try (KeysClient telemetry = telemetry()) {
      // The first keys of a service that has just started take longest, and no request may take
      // for ever.
      assertThat(telemetry.keys(requests.subList(0, 60))).hasSize(60);
      JsonNode cold = telemetry.keys(requests);
      JsonNode warm = telemetry.keys(requests);

      assertThat(cold).hasSize(1000);
      for (int i = 0; i < 1000; i++) {
        assertThat(cold.path(i).path("status").asText()).isEqualTo(i % 10 == 0 ? "unknown" : "ok");
        if (i % 10 != 0) {
          assertThat(cold.path(i).path("epoch").asInt()).isEqualTo(i);
          assertThat(cold.path(i).path("key")).isEqualTo(warm.path(i).path("key"));
          assertThat(cold.path(i).path("subjectKeyId"))
              .isEqualTo(warm.path(i).path("subjectKeyId"));
        }
      }
    }
    assertThat(rowsOf(subjects.get(1))).isEqualTo(1);
  }

  @Test
  void shouldMakeOneKeyForManyWhoAskAtOnce() throws Exception {
    Subject subject = patient();
    Set<String> keys = new HashSet<>();
    try (KeysClient telemetry = telemetry();
        ExecutorService pool = Executors.newFixedThreadPool(16)) {
      Callable<String> ask =
          () -> {
            JsonNode key = telemetry.keys(List.of(bySubject(subject, "vitals", TODAY))).path(0);
            return key.path("subjectKeyId").asText() + key.path("key").asText();
          };
      for (Future<String> answer : pool.invokeAll(Stream.generate(() -> ask).limit(32).toList())) {
        keys.add(answer.get());
      }
    }
    assertThat(keys).hasSize(1);
    assertThat(rowsOf(subject)).isEqualTo(1);
  }

  @Test
  void shouldAnswerBadBodiesWithTheirPlaceAndNothingOfTheirContent() throws Exception {
    try (KeysClient telemetry = telemetry()) {
      HttpResponse<String> answer =
          telemetry.post("{\"requests\":[{\"purpose\":\"canary-purpose\",\"epoch\":1}]}");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/problem+json");
      JsonNode problem = KeysClient.json(answer.body());
      assertThat(problem.path("type").asText())
          .isEqualTo("https://pulsewarden.io/problems/unreadable-request");
      assertThat(problem.path("detail").asText()).isEqualTo("requests[0].purpose: no such purpose");
      assertThat(answer.body()).doesNotContain("canary");
    }
  }

  @Test
  void shouldSayWhatItMadeAndHandedOut() throws Exception {
    Subject subject = patient();
    String id;
    try (KeysClient telemetry = telemetry()) {
      id =
          telemetry
              .keys(List.of(bySubject(subject, "vitals", TODAY), bySubject(subject, "receipt", 0)))
              .path(0)
              .path("subjectKeyId")
              .asText();
    }
    try (TopicReader feed =
        new TopicReader(KeyServers.bed().adminKafkaProperties(), "keys.key-state.v1")) {
      Set<Integer> beating = new HashSet<>();
      // What is sent a second time, as may happen, is the same.
      Set<KeyStateRecord> states = new HashSet<>();
      await()
          .pollInterval(Duration.ofMillis(10))
          .untilAsserted(
              () -> {
                for (ConsumerRecord<byte[], byte[]> each : feed.fresh()) {
                  KeyStateRecord state = KeyStateRecord.parseFrom(each.value());
                  if (state.hasHeartbeat()) {
                    beating.add(each.partition());
                  } else if (new String(each.key(), UTF_8).equals(id)) {
                    states.add(state);
                  }
                }
                assertThat(beating).hasSize(feed.partitions());
                assertThat(states)
                    .singleElement()
                    .satisfies(
                        state -> {
                          assertThat(state.getSubjectKey().getState())
                              .isEqualTo(KeyState.KEY_STATE_ACTIVE);
                          assertThat(state.getSubjectKey().getSubjectId())
                              .isEqualTo(subject.id().toString());
                        });
              });
    }
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_SUBJECT_KEY_CREATED
                && event.getPatientIdList().contains(subject.id().toString()));
    AuditLog.await(
        event ->
            event.getAction() == AuditAction.AUDIT_ACTION_KEYS_HANDED_OUT
                && event.getOrganisationId().equals(subject.organisation().toString())
                && event.getEntityList().stream()
                    .anyMatch(
                        entity -> entity.getId().equals("receipt") && entity.getCount() == 1));
  }

  @Test
  void shouldLogNoKeyAndNoPassphrase() throws Exception {
    try (LogCapture logs = new LogCapture();
        KeysClient telemetry = telemetry()) {
      JsonNode keys =
          telemetry.keys(
              List.of(
                  bySubject(patient(), "vitals", TODAY), byId(KeyServers.EARLIER_ID, "vitals", 1)));
      telemetry.post("not json");
      String text = logs.text();
      for (JsonNode key : keys) {
        assertThat(key.path("status").asText()).isEqualTo("ok");
        assertThat(text).doesNotContain(key.path("key").asText(), hex(key));
      }
      assertThat(text)
          .doesNotContain(
              KeyServers.PASSPHRASE,
              HexFormat.of().formatHex(KeyServers.EARLIER_KEY),
              Base64.getEncoder().encodeToString(KeyServers.EARLIER_KEY));
    }
  }

  private KeysClient telemetry() throws GeneralSecurityException, IOException {
    return service("telemetry-service");
  }

  private KeysClient service(String name) throws GeneralSecurityException, IOException {
    return client(KeyServers.bed().serviceCa().issueService(name, ServiceTestBed.TRUST_DOMAIN));
  }

  private KeysClient client(@Nullable IssuedCertificate own)
      throws GeneralSecurityException, IOException {
    return new KeysClient(url, KeyServers.bed().serviceCa().certificate(), own);
  }

  private static Subject patient() {
    return new Subject(ORGANISATION, SubjectKind.PATIENT, UUID.randomUUID());
  }

  private static List<String> statuses(JsonNode keys) {
    List<String> statuses = new ArrayList<>();
    keys.forEach(key -> statuses.add(key.path("status").asText()));
    return statuses;
  }

  private static String hex(JsonNode key) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(key.path("key").asText()));
  }

  private static long rowsOf(Subject subject) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement count =
            database.prepareStatement("SELECT count(*) FROM subject_key WHERE subject_id = ?")) {
      count.setObject(1, subject.id());
      try (ResultSet rows = count.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
