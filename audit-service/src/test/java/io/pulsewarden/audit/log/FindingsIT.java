package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.ChainStamper.Stamped;
import io.pulsewarden.auditclient.ChainState;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.ChainKind;
import io.pulsewarden.contracts.audit.v1.SignedHead;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is wrong with what producers send stands in the log itself. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class FindingsIT {

  private final AuditScene scene = new AuditScene();

  @Inject MeterRegistry registry;

  @Test
  void shouldLogARecordThatComesTwiceOnceAndAnUnequalOneToo() throws Exception {
    // Given
    AuditRecord.Builder record = record();
    byte[] first = record.build().toByteArray();
    byte[] other = record.setRecordedAtMs(7).build().toByteArray();
    byte[] last = record.setSequence(1).build().toByteArray();

    // When
    AuditClient.send(first, first, other, first, other, last);

    // Then
    scene.awaitItems(scene.reads(), 3);
    assertThat(scene.leaves()).containsExactlyInAnyOrder(first, other, last);
    JsonNode finding = finding("UNEQUAL_DUPLICATE", record.getIncarnation());
    JsonNode shown = entry(finding.get("leafIndex").asLong());
    assertThat(Base64.getDecoder().decode(shown.get("leaf").asText())).isEqualTo(other);
    assertThat(
            registry
                .counter("pulsewarden.audit.findings", "kind", "FINDING_KIND_UNEQUAL_DUPLICATE")
                .count())
        .isPositive();
  }

  @Test
  void shouldLogWhatItCannotReadAndWhatIsTooLarge() throws Exception {
    // Given
    byte[] unreadable = new byte[] {(byte) 0xff, 1, 2, 3};
    byte[] large = new byte[70_000];
    new SecureRandom().nextBytes(large);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(large);
    AuditRecord.Builder nul = record();
    nul.setEvent(nul.getEvent().toBuilder().addPatientId("a\0b").setReasonCode("x".repeat(5000)));

    // When
    AuditClient.send(unreadable, large, new byte[0], nul.build().toByteArray());

    // Then the log goes on, says what it found, and has all of it
    scene.awaitEntry(scene.reads(), scene.auditor);
    JsonNode tooLarge =
        await()
            .atMost(AuditScene.SOON)
            .until(
                () -> withHash(Base64.getEncoder().encodeToString(hash)), found -> found != null);
    JsonNode about = entry(tooLarge.get("leafIndex").asLong());
    assertThat(about.get("finding").get("kind").asText()).isEqualTo("OVERSIZED");
    assertThat(
            scene
                .client
                .get("/tile/blob/" + HexFormat.of().formatHex(hash), Optional.of(scene.auditor))
                .body())
        .isEqualTo(large);
    assertThat(scene.client.verify(Optional.empty()).findings())
        .anyMatch(note -> note.message().contains("too large for an entry"))
        .anyMatch(note -> note.message().contains("no record"));
  }

  @Test
  void shouldFindWhatAChainShowsAndWhatItsSilenceShows() throws Exception {
    // Given a chain with a gap, which comes late, a double that it goes on from, a record that goes
    // on from nothing, and a head that somebody else signed
    Path tls = AuditServers.bed().serviceTls("telemetry-service");
    HeadSigner heads = HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key"));
    ChainStamper stamper =
        new ChainStamper(new ProducerIdentity("telemetry-service", heads), Clock.systemUTC());
    ByteString incarnation = ByteString.copyFrom(new SecureRandom().generateSeed(16));
    Stamped opened = stamper.opened(incarnation, ChainKind.CHAIN_KIND_PROCESS);
    Stamped late = event(stamper, opened.next());
    Stamped ahead = event(stamper, late.next());
    Stamped one = event(stamper, ahead.next());
    Stamped other = event(stamper, ahead.next());
    Stamped fork = event(stamper, other.next());
    Stamped broken =
        event(
            stamper,
            new ChainState(
                incarnation,
                5,
                ByteString.copyFrom(new byte[32]),
                opened.next().shownCertificate()));
    AuditRecord head = AuditRecord.parseFrom(stamper.heartbeat(broken.next()).value());
    SignedHead signature =
        AuditRecord.parseFrom(stamper.heartbeat(one.next()).value()).getHeartbeat().getHead();
    byte[] forged =
        head.toBuilder()
            .setHeartbeat(head.getHeartbeat().toBuilder().setHead(signature))
            .build()
            .toByteArray();

    // When
    AuditClient.send(
        bytes(opened),
        bytes(ahead),
        bytes(late),
        bytes(one),
        bytes(other),
        bytes(fork),
        bytes(broken),
        forged);

    // Then each stands in the log, and names the entry that shows it
    assertShows("BAD_SIGNATURE", incarnation, forged);
    assertShows("GAP", incarnation, bytes(ahead));
    assertShows("LATE", incarnation, bytes(late));
    assertShows("UNEQUAL_DUPLICATE", incarnation, bytes(other));
    assertShows("FORK", incarnation, bytes(fork));
    assertShows("BROKEN_HASH", incarnation, bytes(broken));

    // When it was last heard of a minute ago, and then six minutes
    moveBack(incarnation, 60);
    finding("SILENT", incarnation);
    moveBack(incarnation, 300);
    finding("UNCLOSED", incarnation);

    // Then that is all that there is of it
    assertThat(kinds(incarnation))
        .containsExactlyInAnyOrder(
            "GAP",
            "LATE",
            "UNEQUAL_DUPLICATE",
            "FORK",
            "BROKEN_HASH",
            "BAD_SIGNATURE",
            "SILENT",
            "UNCLOSED");
    assertThat(scene.client.verify(Optional.empty()).findings())
        .anyMatch(note -> note.message().contains(hex(incarnation)));
  }

  private void assertShows(String kind, ByteString incarnation, byte[] shown) {
    JsonNode entry = entry(finding(kind, incarnation).get("leafIndex").asLong());
    assertThat(Base64.getDecoder().decode(entry.get("leaf").asText())).as(kind).isEqualTo(shown);
  }

  private List<String> kinds(ByteString incarnation) {
    return findings().stream()
        .filter(one -> one.path("incarnation").asText().equals(hex(incarnation)))
        .map(one -> one.get("kind").asText())
        .toList();
  }

  /**
   * Time can't be moved, so what is remembered of a chain is: while no batch can be added, so that
   * the sequencer begins anew with it, and then adds a record that shows how late it is.
   */
  private static void moveBack(ByteString incarnation, int seconds) throws Exception {
    superuser(
        "CREATE SEQUENCE refused",
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN PERFORM nextval('public.refused'); RAISE EXCEPTION 'refused'; END $$\
        """,
        "CREATE TRIGGER refuse BEFORE INSERT ON log_leaf EXECUTE FUNCTION refuse()");
    try {
      AuditClient.send(new byte[] {(byte) 0xff});
      await().atMost(AuditScene.SOON).until(() -> number("SELECT last_value FROM refused") > 1);
      superuser(
          "UPDATE chain_watch SET last_at_ms = last_at_ms - %d WHERE incarnation = '\\x%s'"
              .formatted(seconds * 1000L, hex(incarnation)));
      long before = number("SELECT last_value FROM refused");
      await()
          .atMost(AuditScene.SOON)
          .until(() -> number("SELECT last_value FROM refused") > before + 1);
    } finally {
      superuser("DROP TRIGGER refuse ON log_leaf", "DROP FUNCTION refuse", "DROP SEQUENCE refused");
    }
  }

  private static void superuser(String... statements) throws SQLException {
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static long number(String sql) throws SQLException {
    try (Connection connection = AuditServers.bed().superuserConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private Stamped event(ChainStamper stamper, ChainState state) {
    return stamper.event(state, scene.read(scene.organisation, scene.patient));
  }

  private static byte[] bytes(Stamped record) {
    return record.value().toByteArray();
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private AuditRecord.Builder record() {
    return AuditRecord.newBuilder()
        .setService("telemetry-service")
        .setIncarnation(ByteString.copyFrom(new SecureRandom().generateSeed(16)))
        .setPreviousHash(ByteString.copyFrom(new byte[32]))
        .setEvent(scene.read(scene.organisation, scene.patient));
  }

  private JsonNode finding(String kind, ByteString incarnation) {
    String chain = hex(incarnation);
    return await()
        .atMost(AuditScene.SOON)
        .until(
            () ->
                findings().stream()
                    .filter(one -> one.get("kind").asText().equals(kind))
                    .filter(one -> one.path("incarnation").asText().equals(chain))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private @org.jspecify.annotations.Nullable JsonNode withHash(String hash) {
    return findings().stream()
        .filter(one -> one.path("valueHash").asText().equals(hash))
        .findFirst()
        .orElse(null);
  }

  private List<JsonNode> findings() {
    List<JsonNode> all = new ArrayList<>();
    scene
        .client
        .json("/v1/findings?limit=1000", scene.auditor)
        .get("items")
        .forEach(item -> all.add(item.get("finding")));
    return all;
  }

  private JsonNode entry(long index) {
    return scene.client.json("/v1/entries/" + index, scene.auditor);
  }
}
