package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.BenchPlatform;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * From a producer's {@code send} to the same record at a waiting consumer, through the platform's
 * own broker over mutual TLS, acknowledged by all replicas; one record at a time.
 */
final class KafkaRoundTrip {

  /** Telemetry may write and read it, and in a platform of the benchmark's own nobody else does. */
  private static final TopicPartition PLACE = new TopicPartition("telemetry.alerts.v1", 0);

  private static final String SERVICE = "telemetry-service";
  private static final int VALUE_BYTES = 200;

  private final Map<String, Object> settings = new HashMap<>();

  KafkaRoundTrip(BenchPlatform platform) throws IOException {
    Path folder = platform.data().resolve(SERVICE);
    Properties service = new Properties();
    try (Reader in = Files.newBufferedReader(folder.resolve("config/application.properties"))) {
      service.load(in);
    }
    Path tls = folder.resolve(service.getProperty("pulsewarden.tls.dir", "tls"));
    settings.put(
        "bootstrap.servers",
        Objects.requireNonNull(service.getProperty("kafka.bootstrap.servers"), "kafka"));
    settings.put("security.protocol", "SSL");
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.location", tls.resolve("service.pem").toString());
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", tls.resolve("service-ca.crt").toString());
  }

  /** Microseconds of so many round trips. */
  Histogram measure(int count) throws InterruptedException, ExecutionException {
    Map<String, Object> writing = new HashMap<>(settings);
    writing.put("acks", "all");
    Map<String, Object> reading = new HashMap<>(settings);
    reading.put("enable.auto.commit", false);
    Histogram micros = new Histogram(3);
    try (Producer<String, byte[]> producer =
            new KafkaProducer<>(writing, new StringSerializer(), new ByteArraySerializer());
        Consumer<String, byte[]> consumer =
            new KafkaConsumer<>(reading, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(PLACE));
      consumer.seekToEnd(List.of(PLACE));
      long next = consumer.position(PLACE);
      for (int i = 0; i < count; i++, next++) {
        long sent = System.nanoTime();
        RecordMetadata _ =
            producer
                .send(
                    new ProducerRecord<>(
                        PLACE.topic(),
                        PLACE.partition(),
                        UUID.randomUUID().toString(),
                        new byte[VALUE_BYTES]))
                .get();
        while (consumer.position(PLACE) <= next) {
          consumer.poll(Duration.ofSeconds(1));
        }
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sent));
      }
    }
    return micros;
  }
}
