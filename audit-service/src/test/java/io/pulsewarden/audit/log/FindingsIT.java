package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.security.SecureRandom;
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

  private AuditRecord.Builder record() {
    return AuditRecord.newBuilder()
        .setService("telemetry-service")
        .setIncarnation(ByteString.copyFrom(new SecureRandom().generateSeed(16)))
        .setPreviousHash(ByteString.copyFrom(new byte[32]))
        .setEvent(scene.read(scene.organisation, scene.patient));
  }

  private JsonNode finding(String kind, ByteString incarnation) {
    String chain = HexFormat.of().formatHex(incarnation.toByteArray());
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
