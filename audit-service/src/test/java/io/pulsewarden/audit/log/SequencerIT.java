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
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject LogStore store;
  @Inject LogConfiguration configuration;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @ConfigProperty(name = "pulsewarden.tls.dir")
  Path tls;

  @TempDir Path folder;
  private int rivals;

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
    await().atMost(SOON).until(() -> LoggedEvents.ids(store, run).size() >= 400);
    rivals.forEach(Sequencer::stop);
    for (Thread thread : threads) {
      thread.join();
    }

    // Then each event is in the log once, in order, and a stranger finds nothing wrong
    assertThat(LoggedEvents.ids(store, run))
        .isEqualTo(IntStream.range(0, 400).mapToObj(i -> run + i).toList());
    assertThat(new AuditClient().verify(Optional.empty()).problems())
        .filteredOn(problem -> problem.message().contains("key-management-service"))
        .isEmpty();
  }

  @Test
  void shouldSignNothingWithoutTheLogsOwnKey() throws Exception {
    CheckpointPublisher missing =
        new CheckpointPublisher(
            store,
            new SigningKeyFile(folder.resolve("none")),
            configuration.origin(),
            new PublishedFile(folder.resolve("published")));
    SigningKeyFile another = new SigningKeyFile(folder.resolve("another"));
    another.create();
    CheckpointPublisher replaced =
        new CheckpointPublisher(
            store, another, configuration.origin(), new PublishedFile(folder.resolve("published")));
    await().atMost(SOON).until(() -> store.verifierKey().isPresent());

    assertThatThrownBy(missing::signer).hasMessageContaining("missing");
    assertThatThrownBy(replaced::signer).hasMessageContaining("not the log's");
    assertThat(Files.exists(folder.resolve("none"))).isFalse();
  }

  private Sequencer rival() throws Exception {
    return new Sequencer(
        () -> () -> {},
        offset -> new AuditEventConsumer(kafka, offset),
        new LogAppender(store, heads()),
        publisher(),
        new SequencerMetrics(new SimpleMeterRegistry(), Clock.systemUTC()),
        Sequencer.PAUSE,
        Sequencer.ENOUGH);
  }

  private CheckpointPublisher publisher() {
    return new CheckpointPublisher(
        store,
        new SigningKeyFile(configuration.signingKeyFile()),
        configuration.origin(),
        new PublishedFile(folder.resolve("rival-" + rivals++)));
  }

  private HeadCheck heads() throws Exception {
    return new HeadCheck(new ServiceCaFile(tls.resolve("service-ca.crt")), "pulsewarden.local");
  }
}
