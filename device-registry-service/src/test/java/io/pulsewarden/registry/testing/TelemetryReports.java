package io.pulsewarden.registry.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Writes to the topic of activities with telemetry's certificate. */
public final class TelemetryReports {

  private TelemetryReports() {}

  /** Returns when Kafka has it. */
  public static void send(UUID device, byte[] value) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            properties("telemetry-service"), new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>("telemetry.device-activity.v1", device.toString(), value))
          .get();
    } catch (ExecutionException refused) {
      throw new IllegalStateException(refused);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  static Map<String, Object> properties(String service) {
    Map<String, Object> properties = new HashMap<>();
    String prefix = RegistryTestBed.KAFKA + service + ".";
    Config config = ConfigProvider.getConfig();
    for (String name : config.getPropertyNames()) {
      if (name.startsWith(prefix)) {
        properties.put(name.substring(prefix.length()), config.getValue(name, String.class));
      }
    }
    return properties;
  }
}
