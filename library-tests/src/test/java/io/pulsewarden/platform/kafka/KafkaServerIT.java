package io.pulsewarden.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.certificates.LocalCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerIT {

  private static final String DOMAIN = "pulsewarden.local";
  private static final String VITALS = "telemetry.vitals.v1";
  private static final LocalCa SERVICE_CA = LocalCa.create("test service CA");

  @TempDir static Path folder;
  private static KafkaServer kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = KafkaServer.start(folder.resolve("kafka"), KafkaSettings.forTests(SERVICE_CA, DOMAIN));
    kafka.createTopics();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void shouldCreateTheTopicsOfTheContractsOnce() throws Exception {
    kafka.createTopics();

    try (Admin admin = Admin.create(kafka.adminProperties())) {
      assertThat(admin.listTopics().names().get())
          .containsExactlyInAnyOrder(
              "device-registry.device-state.v1",
              "telemetry.vitals.v1",
              "telemetry.quarantine.v1",
              "telemetry.alerts.v1",
              "telemetry.device-activity.v1",
              "keys.key-state.v1",
              "audit.events.v1");
      assertThat(admin.describeTopics(List.of(VITALS)).allTopicNames().get().values())
          .allSatisfy(vitals -> assertThat(vitals.partitions()).hasSize(3));
    }
  }

  @Test
  void shouldKeepWhatWasAcknowledgedWhenKilled() throws Exception {
    long offset;
    try (var producer = producer(as("telemetry-service", SERVICE_CA))) {
      offset = producer.send(record(VITALS, "kept")).get().offset();
    }

    kafka.kill();
    kafka.restart();

    try (var consumer = consumer(as("telemetry-service", SERVICE_CA), "telemetry-service.test")) {
      TopicPartition partition = new TopicPartition(VITALS, 0);
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      ConsumerRecord<byte[], byte[]> found =
          consumer.poll(Duration.ofSeconds(30)).records(partition).getFirst();
      assertThat(found.value()).asString(StandardCharsets.UTF_8).isEqualTo("kept");
    }
  }

  @Test
  void shouldRefuseAWriterThatTheContractsDoNotName() throws Exception {
    try (var producer = producer(as("audit-service", SERVICE_CA))) {
      assertThatThrownBy(() -> producer.send(record(VITALS, "no")).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void shouldRefuseAReaderThatTheContractsDoNotName() throws Exception {
    try (var consumer = consumer(as("audit-service", SERVICE_CA), "audit-service.test")) {
      TopicPartition partition = new TopicPartition(VITALS, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));

      assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
          .isInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void shouldRefuseAnotherServicesConsumerGroup() throws Exception {
    try (var consumer = consumer(as("audit-service", SERVICE_CA), "telemetry-service.store")) {
      consumer.subscribe(List.of("audit.events.v1"));

      assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
          .isInstanceOf(GroupAuthorizationException.class);
    }
  }

  @Test
  void shouldRefuseACertificateOfAnotherCa() throws Exception {
    try (var producer = producer(as("telemetry-service", LocalCa.create("another CA")))) {
      assertThatThrownBy(() -> producer.send(record(VITALS, "no")).get())
          .hasCauseInstanceOf(SslAuthenticationException.class);
    }
  }

  @Test
  void shouldRefuseAClientWithoutCertificate() throws Exception {
    Map<String, Object> properties = as("telemetry-service", SERVICE_CA);
    properties.remove("ssl.keystore.location");
    properties.remove("ssl.keystore.type");

    try (var producer = producer(properties)) {
      assertThatThrownBy(() -> producer.send(record(VITALS, "no")).get())
          .hasCauseInstanceOf(SslAuthenticationException.class);
    }
  }

  @Test
  void shouldNotMakeATopicBecauseSomeoneWritesToIt() {
    Map<String, Object> properties = kafka.adminProperties();
    properties.put("max.block.ms", 3_000);

    try (var producer = producer(properties)) {
      assertThatThrownBy(() -> producer.send(record("no-such-topic", "no")).get())
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  /** Trusts the broker, whoever signed the client. */
  private static Map<String, Object> as(String service, LocalCa signer) throws Exception {
    Path tls = folder.resolve(service + System.identityHashCode(signer));
    KafkaIdentity.write(
        tls, "service", signer.issueService(service, DOMAIN), SERVICE_CA.certificate());
    return KafkaIdentity.properties(kafka.bootstrapServers(), tls, "service");
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
    properties.putIfAbsent("max.block.ms", 20_000);
    properties.put("acks", "all");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(
      Map<String, Object> properties, String group) {
    properties.put("group.id", group);
    properties.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>(topic, 0, null, value.getBytes(StandardCharsets.UTF_8));
  }
}
