package io.pulsewarden.simulator.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.simulator.TestAuthority;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import io.pulsewarden.simulator.fleet.Counters;
import io.pulsewarden.simulator.mqtt.ScriptedMqttServer.Publish;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeviceSessionTest {

  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");

  private final TestAuthority authority = TestAuthority.root();
  private final Counters counters = new Counters();

  @TempDir private Path folder;

  @Test
  void shouldPublishInOrderUnderItsOwnNameUntilAllIsAnswered() throws Exception {
    try (ScriptedMqttServer server =
        new ScriptedMqttServer(authority, 10, publish -> publish.acknowledge(0))) {
      DeviceSession session = session(server, 20, 4);

      session.run();

      assertThat(server.clientIds()).containsExactly(DEVICE.toString());
      assertThat(server.published()).extracting(Publish::payload).isEqualTo(labels(20));
      assertThat(server.published())
          .allSatisfy(each -> assertThat(each.topic()).isEqualTo("devices/" + DEVICE + "/vitals"));
      assertThat(counters.take().acknowledged()).isEqualTo(20);
      assertThat(session.unanswered()).isZero();
    }
  }

  @Test
  void shouldTakeAnErrorForAnAnswerAndGoOn() throws Exception {
    try (ScriptedMqttServer server =
        new ScriptedMqttServer(
            authority,
            10,
            publish -> publish.acknowledge(publish.payload().equals("3") ? 0x99 : 0))) {
      session(server, 5, 1).run();

      assertThat(server.published()).hasSize(5);
      assertThat(counters.take().refusals())
          .containsOnlyKeys("publish 0x99 payload format invalid");
      assertThat(counters.answered()).isEqualTo(5);
    }
  }

  @Test
  void shouldSendAgainInTheOldOrderWhatWasNotAnsweredWhenTheConnectionBroke() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    try (ScriptedMqttServer server =
        new ScriptedMqttServer(
            authority,
            10,
            publish -> {
              if (publish.payload().equals("6") && broken.compareAndSet(false, true)) {
                publish.cut();
              } else if (broken.get() || Integer.parseInt(publish.payload()) < 3) {
                publish.acknowledge(0);
              }
            })) {
      DeviceSession session = session(server, 12, 5);

      session.run();

      List<String> afterwards =
          server.published().stream()
              .filter(each -> each.connection() == 2)
              .map(Publish::payload)
              .toList();
      // 0 to 2 had their answers, but these may have been lost with the connection.
      assertThat(afterwards).hasSizeBetween(9, 12);
      assertThat(afterwards).isEqualTo(labels(12).subList(12 - afterwards.size(), 12));
      assertThat(counters.answered()).isEqualTo(12);
      assertThat(counters.take().reconnects()).isEqualTo(1);
      assertThat(session.unanswered()).isZero();
    }
  }

  @Test
  void shouldNeverHaveMoreInFlightThanTheServerAllows() throws Exception {
    try (ScriptedMqttServer server = new ScriptedMqttServer(authority, 3, publish -> {})) {
      DeviceSession session = session(server, 10, 100);
      Thread running = Thread.ofVirtual().start(() -> runQuietly(session));
      await().until(() -> server.published().size() == 3);
      assertThat(session.unanswered()).isEqualTo(3);

      server.published().getFirst().acknowledge(0);

      await().until(() -> server.published().size() == 4);
      assertThat(session.unanswered()).isEqualTo(3);
      session.stop();
      running.join(Duration.ofSeconds(20));
      assertThat(running.isAlive()).isFalse();
      assertThat(session.unanswered()).isEqualTo(3);
    }
  }

  @Test
  void shouldCountWhyTheServerDisconnected() throws Exception {
    AtomicBoolean told = new AtomicBoolean();
    try (ScriptedMqttServer server =
        new ScriptedMqttServer(
            authority,
            10,
            publish -> {
              if (told.compareAndSet(false, true)) {
                publish.disconnect(0x89);
              } else {
                publish.acknowledge(0);
              }
            })) {
      session(server, 2, 1).run();

      assertThat(counters.take().refusals()).containsEntry("disconnect 0x89 server busy", 1L);
      assertThat(counters.answered()).isEqualTo(2);
    }
  }

  @Test
  void shouldFinishWhatIsInFlightWhenDrained() throws Exception {
    try (ScriptedMqttServer server = new ScriptedMqttServer(authority, 10, publish -> {})) {
      DeviceSession session = session(server, 100, 2);
      Thread running = Thread.ofVirtual().start(() -> runQuietly(session));
      await().until(() -> server.published().size() == 2);

      session.drain();
      for (Publish each : server.published()) {
        each.acknowledge(0);
      }

      running.join(Duration.ofSeconds(20));
      assertThat(running.isAlive()).isFalse();
      assertThat(server.published()).hasSize(2);
      assertThat(counters.answered()).isEqualTo(2);
    }
  }

  @Test
  void shouldAcknowledgeAConfigurationWhenItsSourceHasIt() throws Exception {
    String topic = "devices/" + DEVICE + "/config";
    try (ScriptedMqttServer server = new ScriptedMqttServer(authority, 10, publish -> {})) {
      Numbers source = new Numbers(1);
      DeviceSession session = session(server, source, 2);
      Thread running = Thread.ofVirtual().start(() -> runQuietly(session));
      await().until(() -> server.subscribed().contains(topic));

      server.send(topic, 7, "{\"version\":1,\"samplingIntervalSeconds\":-5}");
      server.send(topic, 8, "{\"version\":2,\"samplingIntervalSeconds\":5,\"new\":true}");
      await().until(() -> server.answered().contains(8));
      assertThat(source.intervals).containsExactly(Optional.of(Duration.ofSeconds(5)));
      server.send(topic, 9, "{\"version\":3}");
      await().until(() -> server.answered().contains(9));

      // The one that could not be read was never acknowledged.
      assertThat(server.answered()).containsExactly(8, 9);
      assertThat(source.intervals).last().isEqualTo(Optional.empty());
      session.stop();
      running.join(Duration.ofSeconds(20));
      assertThat(running.isAlive()).isFalse();
    }
  }

  @Test
  void shouldNotTrustAServerOfAnotherAuthority() throws Exception {
    TestAuthority stranger = TestAuthority.root();
    try (ScriptedMqttServer server =
        new ScriptedMqttServer(stranger, 10, publish -> publish.acknowledge(0))) {
      DeviceSession session = session(server, 1, 1);
      Thread running = Thread.ofVirtual().start(() -> runQuietly(session));

      await().until(() -> !counters.take().refusals().isEmpty());

      assertThat(server.clientIds()).isEmpty();
      session.stop();
      running.join(Duration.ofSeconds(20));
      assertThat(running.isAlive()).isFalse();
    }
  }

  private DeviceSession session(ScriptedMqttServer server, int messages, int window)
      throws Exception {
    return session(server, new Numbers(messages), window);
  }

  private DeviceSession session(ScriptedMqttServer server, Numbers source, int window)
      throws Exception {
    ServerTrust trust = ServerTrust.of(authority.writePem(folder.resolve("ca.pem")));
    return new DeviceSession(
        authority.device(DEVICE),
        source,
        new MqttServer(server.uri(), trust, new Semaphore(1), Clock.systemUTC()),
        window,
        counters);
  }

  private static void runQuietly(DeviceSession session) {
    try {
      session.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /** The numbers from 0, all due at once. */
  private static final class Numbers implements MessageSource {
    private final List<Optional<Duration>> intervals = new CopyOnWriteArrayList<>();
    private final int count;
    private int next;

    Numbers(int count) {
      this.count = count;
    }

    @Override
    public long nanosUntilNext() {
      return next < count ? 0 : NEVER;
    }

    @Override
    public void sampleEvery(Optional<Duration> interval) {
      intervals.add(interval);
    }

    @Override
    public OutgoingMessage next() {
      String label = Integer.toString(next++);
      return new OutgoingMessage(label, 1, label.getBytes(UTF_8));
    }
  }
}
