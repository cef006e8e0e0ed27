package io.pulsewarden.auditclient;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka producers that keep order, lose nothing that they acknowledged, and give up soon. */
public final class AuditProducers {

  private AuditProducers() {}

  /**
   * A producer with these connection properties. Unless the properties say otherwise, it fails
   * after 2 s without metadata and 3 s without an acknowledgement.
   *
   * <p>One request in flight: if a batch fails for good, no later batch is on its way, so that
   * nothing can follow a gap.
   */
  public static Producer<byte[], byte[]> create(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().removeIf(name -> name.endsWith("serializer"));
    settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2000);
    settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3000);
    settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2000);
    settings.putIfAbsent(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
