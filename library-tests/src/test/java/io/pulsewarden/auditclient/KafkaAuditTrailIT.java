package io.pulsewarden.auditclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.platform.ServiceTestBed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class KafkaAuditTrailIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AuditEvent EVENT = AuditEvent.newBuilder().setEventId("e").build();

  @Test
  void shouldFailSoonWhileKafkaIsAwayAndRecoverByItself() throws Exception {
    // Given
    ServiceTestBed bed = ServiceTestBed.start("telemetry-service");
    Path tls = bed.serviceTls("telemetry-service");
    ProducerIdentity identity =
        new ProducerIdentity(
            "telemetry-service",
            HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key")));
    try (KafkaAuditTrail trail =
        KafkaAuditTrail.open(
            identity, bed.kafkaProperties("telemetry-service"), Clock.systemUTC())) {
      await().atMost(PATIENCE).until(trail::healthy);
      assertThat(trail.record(EVENT).toCompletableFuture()).succeedsWithin(PATIENCE);

      // When
      bed.kafka().kill();

      // Then whoever waits is told, long before a producer's own patience ends
      for (int i = 0; i < 2; i++) {
        assertThat(trail.record(EVENT).toCompletableFuture()).failsWithin(Duration.ofSeconds(30));
      }
      assertThat(trail.healthy()).isFalse();

      // And once Kafka is back, all is well again
      bed.kafka().restart();
      await().atMost(PATIENCE).until(() -> recorded(trail));
      assertThat(trail.healthy()).isTrue();
    }
  }

  @Test
  void shouldBatchOnARealBrokerAndKeepTheOrderInWhichItWasAsked() throws Exception {
    // Given
    ServiceTestBed bed = ServiceTestBed.start("telemetry-service");
    List<Producer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
    try (KafkaAuditTrail trail = trail(bed, producers)) {
      await().atMost(PATIENCE).until(trail::healthy);

      // When many wait at once
      List<CompletableFuture<Void>> waiting =
          IntStream.range(0, 3000)
              .mapToObj(i -> AuditEvent.newBuilder().setEventId("batched " + i).build())
              .map(event -> trail.record(event).toCompletableFuture())
              .toList();
      CompletableFuture<?> all =
          CompletableFuture.allOf(waiting.toArray(CompletableFuture<?>[]::new));
      assertThat(all).succeedsWithin(PATIENCE);

      // Then they went in far fewer requests, in one chain, in order
      assertThat(metric(producers.getFirst(), "records-per-request-avg")).isGreaterThan(2);
      List<AuditRecord> chain =
          chains(bed).getOrDefault(incarnationOf(bed, "batched 0"), List.of());
      assertThat(chain.stream().map(one -> one.getEvent().getEventId()).filter(id -> !id.isEmpty()))
          .isEqualTo(IntStream.range(0, 3000).mapToObj(i -> "batched " + i).toList());
    }
  }

  @Test
  void shouldEndItsIncarnationWithABrokerThatDiesAndLeaveUnbrokenChains() throws Exception {
    // Given a broker that dies while events are on their way
    ServiceTestBed bed = ServiceTestBed.start("telemetry-service");
    List<Producer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
    List<String> acknowledged = new CopyOnWriteArrayList<>();
    try (KafkaAuditTrail trail = trail(bed, producers)) {
      await().atMost(PATIENCE).until(trail::healthy);
      record(trail, "before", 500, acknowledged).getFirst().get();
      bed.kafka().kill();
      List<CompletableFuture<Void>> during = record(trail, "during", 500, acknowledged);
      for (CompletableFuture<Void> one : during) {
        var _ = one.handle((done, failure) -> failure).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }

      // When it is back
      bed.kafka().restart();
      await().atMost(PATIENCE).until(() -> recorded(trail));
      record(trail, "after", 5, acknowledged).getLast().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    // Then another producer and another incarnation went on
    assertThat(producers.size()).isGreaterThan(1);
    ByteString first = incarnationOf(bed, "before 0");
    ByteString last = incarnationOf(bed, "after 0");
    assertThat(last).isNotEqualTo(first);
    Map<ByteString, List<AuditRecord>> chains = chains(bed);
    assertThat(chains.getOrDefault(first, List.of())).noneMatch(AuditRecord::hasClosed);
    assertThat(chains.getOrDefault(last, List.of()).getLast().hasClosed()).isTrue();

    // And what was acknowledged is there, in chains without a gap
    assertThat(
            chains.values().stream().flatMap(List::stream).map(one -> one.getEvent().getEventId()))
        .containsAll(acknowledged);
    for (ByteString id : List.of(first, last)) {
      List<AuditRecord> chain = chains.getOrDefault(id, List.of());
      assertThat(chain.stream().map(AuditRecord::getSequence))
          .isEqualTo(LongStream.range(0, chain.size()).boxed().toList());
    }
  }

  private static List<CompletableFuture<Void>> record(
      KafkaAuditTrail trail, String what, int count, List<String> acknowledged) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              String id = what + " " + i;
              AuditEvent event = AuditEvent.newBuilder().setEventId(id).build();
              return trail.record(event).thenRun(() -> acknowledged.add(id)).toCompletableFuture();
            })
        .toList();
  }

  private static KafkaAuditTrail trail(
      ServiceTestBed bed, List<Producer<byte[], byte[]>> producers) {
    Path tls = bed.serviceTls("telemetry-service");
    ProducerIdentity identity =
        new ProducerIdentity(
            "telemetry-service",
            HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key")));
    Map<String, Object> properties = bed.kafkaProperties("telemetry-service");
    return KafkaAuditTrail.start(
        new ChainStamper(identity, Clock.systemUTC()),
        () -> {
          Producer<byte[], byte[]> producer = AuditProducers.create(properties);
          producers.add(producer);
          return producer;
        },
        Duration.ofSeconds(5));
  }

  private static double metric(Producer<byte[], byte[]> producer, String name) {
    return producer.metrics().values().stream()
        .filter(one -> one.metricName().group().equals("producer-metrics"))
        .filter(one -> one.metricName().name().equals(name))
        .mapToDouble(one -> (double) one.metricValue())
        .findFirst()
        .orElseThrow();
  }

  private static ByteString incarnationOf(ServiceTestBed bed, String eventId) throws Exception {
    return chains(bed).entrySet().stream()
        .filter(
            chain ->
                chain.getValue().stream()
                    .anyMatch(one -> one.getEvent().getEventId().equals(eventId)))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** What the topic has, by incarnation, in its order. */
  private static Map<ByteString, List<AuditRecord>> chains(ServiceTestBed bed) throws Exception {
    TopicPartition topic = new TopicPartition(AuditTopic.NAME, AuditTopic.PARTITION);
    Map<ByteString, List<AuditRecord>> chains = new LinkedHashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            bed.adminKafkaProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(topic)).get(topic));
      while (consumer.position(topic) < end) {
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(Duration.ofMillis(200))) {
          AuditRecord read = AuditRecord.parseFrom(next.value());
          chains.computeIfAbsent(read.getIncarnation(), id -> new ArrayList<>()).add(read);
        }
      }
    }
    return chains;
  }

  private static boolean recorded(KafkaAuditTrail trail) {
    return trail
        .record(EVENT)
        .toCompletableFuture()
        .handle((done, failure) -> failure == null)
        .join();
  }
}
