package io.pulsewarden.auditclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaAuditTrailTest {

  private static final Duration NO_HEARTBEAT = Duration.ofHours(1);
  private static final AuditEvent EVENT = AuditEvent.newBuilder().setEventId("e").build();

  private final List<MockProducer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
  private final ChainStamper stamper =
      new ChainStamper(
          new ProducerIdentity("telemetry-service", new TestHeads()), Clock.systemUTC());

  KafkaAuditTrailTest() throws Exception {}

  @Test
  void shouldCompleteOnlyWhenKafkaAcknowledged() {
    try (KafkaAuditTrail trail = start(false, NO_HEARTBEAT)) {
      // When
      CompletableFuture<Void> recorded = trail.record(EVENT).toCompletableFuture();
      await().until(() -> sent(0).size() == 2);

      // Then
      assertThat(recorded).isNotDone();
      producers.getFirst().completeNext();
      producers.getFirst().completeNext();
      assertThat(recorded).succeedsWithin(Duration.ofSeconds(60));
      assertThat(trail.healthy()).isTrue();
      producers.forEach(MockProducer::clear);
    }
  }

  @Test
  void shouldEndTheIncarnationWithItsFirstFailureAndOpenAnother() throws Exception {
    try (KafkaAuditTrail trail = start(false, NO_HEARTBEAT)) {
      // Given
      CompletableFuture<Void> first = trail.record(EVENT).toCompletableFuture();
      CompletableFuture<Void> second = trail.record(EVENT).toCompletableFuture();
      await().until(() -> sent(0).size() == 3);

      // When
      producers.getFirst().errorNext(new TimeoutException("no broker"));

      // Then
      assertThat(first).failsWithin(Duration.ofSeconds(60));
      assertThat(second).failsWithin(Duration.ofSeconds(60));
      assertThatThrownBy(second::join).hasCauseInstanceOf(AuditUnavailableException.class);
      assertThat(trail.healthy()).isFalse();
      assertThat(producers.getFirst().closed()).isTrue();

      // And the next record stands in a chain of its own
      trail.record(EVENT);
      await().until(() -> producers.size() == 2 && sent(1).size() == 2);
      assertThat(sent(1).getFirst().hasOpened()).isTrue();
      assertThat(sent(1)).extracting(AuditRecord::getSequence).containsExactly(0L, 1L);
      assertThat(sent(1).getFirst().getIncarnation())
          .isNotEqualTo(sent(0).getFirst().getIncarnation());
    }
  }

  @Test
  void shouldSayThatItIsUnavailableWhenNoProducerCanBeMade() {
    try (KafkaAuditTrail trail =
        KafkaAuditTrail.start(
            stamper,
            () -> {
              throw new IllegalStateException("no key store");
            },
            NO_HEARTBEAT)) {
      assertThat(trail.record(EVENT).toCompletableFuture())
          .failsWithin(Duration.ofSeconds(60))
          .withThrowableThat()
          .withCauseInstanceOf(AuditUnavailableException.class);
    }
  }

  @Test
  void shouldSignItsHeadAgainAndAgain() {
    try (KafkaAuditTrail trail = start(true, Duration.ofMillis(20))) {
      await().until(() -> sent(0).stream().filter(AuditRecord::hasHeartbeat).count() > 2);
      assertThat(trail.healthy()).isTrue();
    }
  }

  @Test
  void shouldCloseItsChainAndRefuseWhatComesAfter() {
    // Given
    KafkaAuditTrail trail = start(true, NO_HEARTBEAT);
    trail.record(EVENT);

    // When
    trail.close();

    // Then
    assertThat(sent(0)).hasSize(3);
    assertThat(sent(0).getLast().hasClosed()).isTrue();
    assertThat(trail.record(EVENT).toCompletableFuture()).isCompletedExceptionally();
  }

  private KafkaAuditTrail start(boolean acknowledges, Duration heartbeat) {
    Supplier<Producer<byte[], byte[]>> supplier =
        () -> {
          MockProducer<byte[], byte[]> producer =
              new MockProducer<>(
                  acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
          producers.add(producer);
          return producer;
        };
    return KafkaAuditTrail.start(stamper, supplier, heartbeat);
  }

  private List<AuditRecord> sent(int producer) {
    return producers.size() <= producer
        ? List.of()
        : producers.get(producer).history().stream().map(KafkaAuditTrailTest::parse).toList();
  }

  private static AuditRecord parse(ProducerRecord<byte[], byte[]> record) {
    try {
      return AuditRecord.parseFrom(record.value());
    } catch (com.google.protobuf.InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
