package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.audit.AuditClient;
import io.pulsewarden.audit.AuditServers;
import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.auditclient.KafkaAuditTrail;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service's own sequencer runs meanwhile, and holds the lease: these ones don't ask for it. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class SequencerIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Inject LogStore store;
  @Inject LogConfiguration configuration;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @ConfigProperty(name = "pulsewarden.tls.dir")
  Path tls;

  @TempDir Path folder;

  @Test
  void shouldNotForkWithSeveralSequencersAtOnce() throws Exception {
    // Given
    List<Sequencer> rivals = List.of(rival(), rival());
    List<Thread> threads = rivals.stream().map(one -> Thread.ofPlatform().start(one)).toList();

    // When
    String run = UUID.randomUUID().toString();
    try (KafkaAuditTrail trail = AuditClient.trail("key-management-service")) {
      for (int i = 0; i < 400; i++) {
        AuditEvent event = AuditEvent.newBuilder().setEventId(run + i).build();
        assertThat(trail.record(event).toCompletableFuture()).succeedsWithin(SOON);
      }
    }
    await().atMost(SOON).until(() -> logged(run).size() >= 400);
    rivals.forEach(Sequencer::stop);
    for (Thread thread : threads) {
      thread.join();
    }

    // Then each event is in the log once, in order, and a stranger finds nothing wrong
    assertThat(logged(run)).isEqualTo(IntStream.range(0, 400).mapToObj(i -> run + i).toList());
    assertThat(new AuditClient().verify(Optional.empty()).problems())
        .filteredOn(problem -> problem.message().contains("key-management-service"))
        .isEmpty();
  }

  @Test
  void shouldSignWhatAnotherCommittedAndDidNotLiveToSign() throws Exception {
    // When a sequencer dies between its commit and its checkpoint
    TreeHead unsigned = null;
    while (unsigned == null) {
      unsigned = commitWithoutCheckpoint();
    }

    // Then the next one signs
    long size = unsigned.size();
    await()
        .atMost(SOON)
        .until(() -> store.latestCheckpoint().map(one -> one.size() >= size).orElse(false));
    TreeHead head = new LogAppender(store, heads()).head();
    publisher().publish(publisher().signer(), head);
    assertThat(store.latestCheckpoint().orElseThrow().size()).isGreaterThanOrEqualTo(size);
  }

  @Test
  void shouldSignNothingWithoutTheLogsOwnKey() throws Exception {
    CheckpointPublisher missing =
        new CheckpointPublisher(
            store, new SigningKeyFile(folder.resolve("none")), configuration.origin());
    SigningKeyFile another = new SigningKeyFile(folder.resolve("another"));
    another.create();
    CheckpointPublisher replaced = new CheckpointPublisher(store, another, configuration.origin());
    await().atMost(SOON).until(() -> store.verifierKey().isPresent());

    assertThatThrownBy(missing::signer).hasMessageContaining("missing");
    assertThatThrownBy(replaced::signer).hasMessageContaining("not the log's");
    assertThat(Files.exists(folder.resolve("none"))).isFalse();
  }

  /** Null if the service's own sequencer was first. */
  private @org.jspecify.annotations.Nullable TreeHead commitWithoutCheckpoint() throws Exception {
    LogAppender appender = new LogAppender(store, heads());
    try (AuditEventConsumer consumer =
        new AuditEventConsumer(kafka, appender.head().nextOffset())) {
      // Reads already when the record comes, so as to be first every other time.
      List<Received> batch = consumer.poll(Duration.ofMillis(100));
      AuditClient.send(new byte[] {(byte) 0xff});
      while (batch.isEmpty()) {
        batch = consumer.poll(Duration.ofMillis(100));
      }
      return switch (appender.append(batch)) {
        case AppendOutcome.Committed committed -> committed.head();
        case AppendOutcome.Overtaken() -> null;
      };
    }
  }

  private Sequencer rival() throws Exception {
    return new Sequencer(
        () -> () -> {},
        offset -> new AuditEventConsumer(kafka, offset),
        new LogAppender(store, heads()),
        publisher(),
        new SequencerMetrics(new SimpleMeterRegistry(), Clock.systemUTC()));
  }

  private CheckpointPublisher publisher() {
    return new CheckpointPublisher(
        store, new SigningKeyFile(configuration.signingKeyFile()), configuration.origin());
  }

  private HeadCheck heads() throws Exception {
    try (var in = Files.newInputStream(tls.resolve("service-ca.crt"))) {
      return new HeadCheck(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in),
          "pulsewarden.local");
    }
  }

  /** Ids of this run's events, in the log's order. */
  private List<String> logged(String run) {
    List<String> ids = new ArrayList<>();
    long size = store.head().size();
    for (long from = 0; from < size; from += 1000) {
      store.leaves(from, 1000).stream()
          .map(LeafReader::read)
          .flatMap(Optional::stream)
          .map(AuditRecord::getEvent)
          .map(AuditEvent::getEventId)
          .filter(id -> id.startsWith(run))
          .forEach(ids::add);
    }
    return ids;
  }
}
