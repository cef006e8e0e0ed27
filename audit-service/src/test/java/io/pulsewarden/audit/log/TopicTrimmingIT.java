package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.auditclient.LogLag;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** Deletion at a real broker, with the service's own rights. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class TopicTrimmingIT {

  private final AuditScene scene = new AuditScene();

  @Inject LogStore store;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @Test
  void shouldDeleteWhatIsPublishedAndOldAndNothingElse() throws Exception {
    // Given records whose entries are published
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    scene.awaitEntry(scene.reads(), scene.auditor);
    await().atMost(AuditScene.SOON).until(() -> store.publishedOffset().isPresent());
    try (TopicRecords topic = new TopicRecordsClient(kafka)) {
      long earliest = topic.earliest();

      // When they are not old enough
      trimming(topic, Duration.ofHours(1)).round();

      // Then they stay
      assertThat(topic.earliest()).isEqualTo(earliest);

      // When they are
      long published = store.publishedOffset().getAsLong();
      await()
          .atMost(AuditScene.SOON)
          .until(
              () -> {
                trimming(topic, Duration.ZERO).round();
                return topic.earliest() > earliest;
              });

      // Then some are gone, and nothing that the log still has to read
      assertThat(topic.earliest()).isGreaterThan(earliest);
      assertThat(topic.earliest()).isLessThanOrEqualTo(store.head().nextOffset());
      assertThat(store.publishedOffset().getAsLong()).isGreaterThanOrEqualTo(published);
    }

    // And the log goes on, and is whole
    UUID later = UUID.randomUUID();
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, later));
    }
    scene.awaitEntry("/v1/entries?action=OBSERVATION_READ&patient=" + later, scene.auditor);
    assertThat(new AuditClient().verify(Optional.empty()).problems())
        .filteredOn(problem -> problem.index() < 0)
        .isEmpty();
  }

  @Test
  void shouldSayToWritersHowFarTheLogIs() {
    try (KafkaAuditTrail trail = AuditClient.trail("telemetry-service")) {
      AuditScene.record(trail, scene.read(scene.organisation, scene.patient));
    }
    scene.awaitEntry(scene.reads(), scene.auditor);
    Map<String, Object> writer = AuditServers.bed().kafkaProperties("telemetry-service");
    try (TopicRecords topic = new TopicRecordsClient(kafka);
        LogLag behind = LogLag.watch(writer, 100, Duration.ofMillis(20))) {
      // When the log says that it is where it began, then a writer sees all of it; the service
      // looks after its topic meanwhile, and says how far it is
      long first = topic.end();
      await()
          .atMost(AuditScene.SOON)
          .until(
              () -> {
                topic.reached(0);
                return behind.records() >= first;
              });

      // And when it looks after its topic as it does, how little there is left
      trimming(topic, Duration.ofHours(1)).round();
      await().atMost(AuditScene.SOON).until(() -> behind.records() < first);
    }
    try (TopicRecords asWriter = new TopicRecordsClient(writer)) {
      assertThatThrownBy(() -> asWriter.reached(0))
          .hasCauseInstanceOf(GroupAuthorizationException.class);
    }
  }

  @Test
  void shouldBeTheOnlyServiceThatMayDelete() {
    try (TopicRecords topic =
        new TopicRecordsClient(AuditServers.bed().kafkaProperties("telemetry-service"))) {
      assertThatThrownBy(() -> topic.deleteBelow(1))
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  private TopicTrimming trimming(TopicRecords topic, Duration keep) {
    return new TopicTrimming(
        topic, store, () -> true, Clock.systemUTC(), keep, Duration.ofMinutes(1));
  }
}
