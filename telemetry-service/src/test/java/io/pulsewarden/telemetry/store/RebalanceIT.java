package io.pulsewarden.telemetry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.GivenUpDevices;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances' stores on one database, while one of them comes and goes. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class RebalanceIT {

  private static final String GROUP = "telemetry-service.vitals-store";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long TIME = 1_795_000_000_000L;
  private static final int PATIENTS = 12;
  private static final int ROUNDS = 3;
  private static final int BATCH = 60;

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Inject Sealing sealing;
  @Inject BaseKeys keys;
  @Inject ConsumerOffsetStore offsets;
  @Inject AuditEvents events;
  @Inject Pool pool;

  private final List<UUID> patients = new ArrayList<>();
  private int sent;
  private Clinic clinic;

  @BeforeEach
  void open() {
    clinic = new Clinic(base, sealing);
    for (int i = 0; i < PATIENTS; i++) {
      patients.add(clinic.patientInCare("MRN-rebalance-" + i));
    }
  }

  @AfterEach
  void close() {
    clinic.close();
  }

  @Test
  void shouldStoreEachMessageOnceWhileAnotherInstanceComesAndGoes() {
    Map<String, Object> kafka = TelemetryServers.bed().kafkaProperties("telemetry-service");
    try (Admin admin = Admin.create(TelemetryServers.bed().adminKafkaProperties())) {
      for (int round = 0; round < ROUNDS; round++) {
        send();
        try (DatabaseOffsetConsumer other =
            new DatabaseOffsetConsumer(
                VitalsStoreConsumer.TOPIC,
                () -> StoreConsumers.createGathering(kafka, GROUP),
                sinkOfItsOwn(),
                new SimpleMeterRegistry(),
                VitalsStoreConsumer.AT_ONCE)) {
          other.start();
          send();
          // Partitions of both, so that what follows is stored by either.
          await().atMost(PATIENCE).until(() -> sharing(admin) == 2);
          send();
        }
      }
    }

    for (int i = 0; i < PATIENTS; i++) {
      UUID patient = patients.get(i);
      List<String> expected =
          IntStream.iterate(i, n -> n < sent, n -> n + PATIENTS)
              .mapToObj(n -> Integer.toString(40 + n % 200))
              .toList();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(shown(patient)).containsExactlyElementsOf(expected));
    }
  }

  /** Another instance gathers for itself. */
  private VitalsSink sinkOfItsOwn() {
    return new VitalsSink(
        offsets,
        new GatheredWrites(
            new StoredBatchStore(pool, _ -> true, true),
            CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS),
            PATIENCE,
            new SimpleMeterRegistry()),
        sealing,
        new BatchDigester(keys, events, AuditEvents.service("other"), new GivenUpDevices(Set.of())),
        new SimpleMeterRegistry());
  }

  private void send() {
    for (int i = 0; i < BATCH; i++) {
      clinic.send(
          patients.get(sent % PATIENTS),
          List.of(
              new Quantity(
                  VitalSign.HEART_RATE,
                  TIME + 1_000L * sent,
                  BigDecimal.valueOf(40 + sent % 200))));
      sent++;
    }
  }

  /** How many members of the group have partitions. */
  private static long sharing(Admin admin) throws ExecutionException, InterruptedException {
    return admin.describeConsumerGroups(List.of(GROUP)).all().get().values().stream()
        .flatMap(group -> group.members().stream())
        .filter(member -> !member.assignment().topicPartitions().isEmpty())
        .count();
  }

  private List<String> shown(UUID patient) {
    return clinic
        .searchAll("patient=" + patient + "&_sort=date&_count=1000", clinic.nurseToken())
        .stream()
        .map(one -> one.at("/valueQuantity/value").asText())
        .toList();
  }
}
