package io.pulsewarden.telemetry.session;

import io.pulsewarden.platform.ServiceTestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What stands in a topic now, seen by the super-user. It is read on from look to look, not anew at
 * each.
 */
final class KafkaView {

  private record Place(ServiceTestBed bed, String topic) {}

  /** They end with the servers. */
  private static final Map<Place, KafkaView> VIEWS = new ConcurrentHashMap<>();

  private final Consumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<String, List<byte[]>> values = new HashMap<>();

  private KafkaView(Place place) {
    Map<String, Object> settings = new HashMap<>(place.bed().adminKafkaProperties());
    settings.put("enable.auto.commit", false);
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(place.topic()).stream()
            .map(info -> new TopicPartition(place.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** The values under this key, oldest first. */
  static List<byte[]> values(ServiceTestBed bed, String topic, UUID key) {
    return VIEWS.computeIfAbsent(new Place(bed, topic), KafkaView::new).valuesOf(key.toString());
  }

  private synchronized List<byte[]> valuesOf(String key) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        values.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record.value());
      }
    }
    return new ArrayList<>(values.getOrDefault(key, List.of()));
  }
}
