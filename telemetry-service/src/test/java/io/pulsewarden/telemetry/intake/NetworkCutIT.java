package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.kafka.KafkaIdentity;
import io.pulsewarden.platform.kafka.KafkaServer;
import io.pulsewarden.platform.kafka.KafkaSettings;
import io.pulsewarden.platform.network.CutWire;
import io.pulsewarden.platform.process.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network between the intake and Kafka that takes packets and delivers none. */
class NetworkCutIT {

  private static final String DOMAIN = "pulsewarden.local";
  private static final int ROUNDS = 4;
  private static final int BATCH = 25;

  private final List<CompletableFuture<Void>> acknowledged = new ArrayList<>();

  /** Gives a message more time than the network is cut for. */
  private record Patient() implements IntakeConfiguration {
    @Override
    public Duration deliveryTimeout() {
      return Duration.ofSeconds(90);
    }

    @Override
    public Duration linger() {
      return Duration.ofMillis(10);
    }
  }

  @Test
  void shouldAcknowledgeNothingWhileTheNetworkIsCutAndThenHaveEachMessageOnce(@TempDir Path folder)
      throws Exception {
    LocalCa ca = LocalCa.create("services");
    int port = FreePorts.find();
    try (CutWire wire = new CutWire(port);
        KafkaServer kafka =
            KafkaServer.start(
                folder.resolve("kafka"),
                new KafkaSettings(port, FreePorts.find(), ca, DOMAIN).advertising(wire.port()))) {
      kafka.createTopics();
      VitalsPublisher publisher =
          new VitalsPublisher(properties(folder, ca, wire.port()), new Patient());
      publisher.prepare().toCompletableFuture().join();

      for (int round = 0; round < ROUNDS; round++) {
        send(publisher);
        awaitAll();
        // What is under way when it happens may or may not get through; what comes after does not.
        send(publisher);
        wire.hold();
        int before = acknowledged.size();
        send(publisher);
        await()
            .during(Duration.ofSeconds(2))
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    acknowledged.subList(before, acknowledged.size()).stream()
                        .noneMatch(CompletableFuture::isDone));
        // Some networks come back as they were, others have forgotten their connections.
        if (round % 2 == 1) {
          wire.cut();
        }
        wire.release();
        awaitAll();
      }
      publisher.close();

      assertThat(values(kafka))
          .containsExactlyElementsOf(
              IntStream.range(0, 3 * ROUNDS * BATCH).mapToObj(Integer::toString).toList());
    }
  }

  private void send(VitalsPublisher publisher) {
    for (int i = 0; i < BATCH; i++) {
      byte[] value = Integer.toString(acknowledged.size()).getBytes(UTF_8);
      acknowledged.add(
          publisher
              .send(List.of(new OutgoingRecord(OutgoingRecord.VITALS, "one patient", value)))
              .toCompletableFuture());
    }
  }

  private void awaitAll() {
    CompletableFuture.allOf(acknowledged.toArray(CompletableFuture<?>[]::new)).join();
  }

  private static Map<String, Object> properties(Path folder, LocalCa ca, int port)
      throws Exception {
    Path tls = folder.resolve("tls");
    KafkaIdentity.write(
        tls, "service", ca.issueService("telemetry-service", DOMAIN), ca.certificate());
    return KafkaIdentity.properties("localhost:" + port, tls, "service");
  }

  /** What Kafka has, in its order: all are of one key. */
  private static List<String> values(KafkaServer kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.adminProperties());
    settings.put("enable.auto.commit", false);
    List<String> values = new ArrayList<>();
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(OutgoingRecord.VITALS).stream()
              .map(info -> new TopicPartition(OutgoingRecord.VITALS, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(new String(record.value(), UTF_8));
        }
      }
    }
    return values;
  }
}
