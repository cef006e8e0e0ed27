package io.pulsewarden.telemetry.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.keys.v1.KeyFeedHeartbeat;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.contracts.keys.v1.SubjectKeyState;
import io.pulsewarden.telemetry.TelemetryServers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the service's own certificate and rights, on the real broker. */
class KeyStateConsumerIT {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final List<UUID> changed = new CopyOnWriteArrayList<>();
  private final AtomicInteger missed = new AtomicInteger();
  private final KeyChanges changes =
      new KeyChanges() {
        @Override
        public void changed(UUID subjectKeyId) {
          changed.add(subjectKeyId);
        }

        @Override
        public void missed() {
          missed.incrementAndGet();
        }
      };

  @Test
  void shouldBeFreshWhileEveryPartitionBeatsAndTellOfDestroyedAndRotatedKeysOnly()
      throws Exception {
    UUID made = UUID.randomUUID();
    UUID destroyed = UUID.randomUUID();
    UUID rotated = UUID.randomUUID();
    try (KafkaProducer<byte[], byte[]> writer = writer();
        KeyStateConsumer feed = feed(NOW)) {
      assertThat(feed.fresh()).isFalse();
      feed.start(changes);
      int partitions = writer.partitionsFor(KeyStateConsumer.TOPIC).size();
      await()
          .untilAsserted(
              () -> {
                for (int partition = 1; partition < partitions; partition++) {
                  beat(writer, partition);
                }
                send(writer, made, KeyState.KEY_STATE_ACTIVE);
                send(writer, rotated, KeyState.KEY_STATE_ROTATING);
                send(writer, destroyed, KeyState.KEY_STATE_DESTROYED);
                assertThat(changed).contains(destroyed, rotated).doesNotContain(made);
              });
      // One partition is silent: a destroyed key could stand unheard in it.
      assertThat(feed.fresh()).isFalse();
      assertThat(feed.ageSeconds()).isNaN();
      LastAnswer last = new LastAnswer();
      KeyFeedHealth health = new KeyFeedHealth(feed, last);
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      assertThat(health.call().getData().orElseThrow())
          .containsEntry("feedFresh", false)
          .containsEntry("keyManagement", "NOT_ASKED");
      beat(writer, 0);
      await().until(feed::fresh);
      assertThat(feed.ageSeconds()).isZero();

      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
      last.ended(new IOException("connection refused"));
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      assertThat(health.call().getData().orElseThrow())
          .containsEntry("feedFresh", true)
          .containsEntry("keyManagement", "FAILED");
      last.ended(null);
      assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }
    assertThat(missed).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, -31})
  void shouldNotBeFreshOnHeartbeatsOfLongAgoOrOfTheFuture(long seconds) throws Exception {
    UUID destroyed = UUID.randomUUID();
    try (KafkaProducer<byte[], byte[]> writer = writer();
        KeyStateConsumer feed = feed(NOW.plusSeconds(seconds))) {
      feed.start(changes);
      int partitions = writer.partitionsFor(KeyStateConsumer.TOPIC).size();
      await()
          .untilAsserted(
              () -> {
                send(writer, destroyed, KeyState.KEY_STATE_DESTROYED);
                assertThat(changed).contains(destroyed);
              });
      for (int partition = 0; partition < partitions; partition++) {
        beat(writer, partition);
      }
      UUID last = UUID.randomUUID();
      send(writer, last, KeyState.KEY_STATE_DESTROYED);
      await().untilAsserted(() -> assertThat(changed).contains(last));
      assertThat(feed.fresh()).isFalse();
      await().untilAsserted(() -> assertThat(feed.ageSeconds()).isEqualTo((double) seconds));
    }
  }

  private static KeyStateConsumer feed(Instant now) {
    return new KeyStateConsumer(
        TelemetryServers.bed().kafkaProperties("telemetry-service"),
        Clock.fixed(now, ZoneOffset.UTC),
        Duration.ofSeconds(30));
  }

  private static KafkaProducer<byte[], byte[]> writer() {
    return new KafkaProducer<>(
        new HashMap<>(TelemetryServers.bed().adminKafkaProperties()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void beat(KafkaProducer<byte[], byte[]> writer, int partition) throws Exception {
    KeyStateRecord heartbeat =
        KeyStateRecord.newBuilder()
            .setHeartbeat(KeyFeedHeartbeat.newBuilder().setAtMs(NOW.toEpochMilli()))
            .build();
    writer
        .send(
            new ProducerRecord<>(
                KeyStateConsumer.TOPIC,
                partition,
                "heartbeat".getBytes(UTF_8),
                heartbeat.toByteArray()))
        .get();
  }

  private static void send(KafkaProducer<byte[], byte[]> writer, UUID id, KeyState state)
      throws Exception {
    KeyStateRecord changed =
        KeyStateRecord.newBuilder()
            .setSubjectKey(
                SubjectKeyState.newBuilder().setSubjectKeyId(id.toString()).setState(state))
            .build();
    writer
        .send(
            new ProducerRecord<>(
                KeyStateConsumer.TOPIC, id.toString().getBytes(UTF_8), changed.toByteArray()))
        .get();
  }
}
