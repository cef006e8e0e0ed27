package io.pulsewarden.telemetry.session;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.session.MqttBed.Wearable;
import io.pulsewarden.telemetry.vitals.Reading;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kafka, or the network to it, is away for longer than three keep-alives while devices go on
 * publishing: 60 s and 20 s in the promise, both divided by three here. At full length, and with as
 * many devices as the benchmark of intake has:
 *
 * <pre>
 * ./mvnw -pl telemetry-service -am test -Dtest=BackPressureIT -Dsurefire.failIfNoSpecifiedTests=false
 *   -Dpulsewarden.test.kafka-away-seconds=60 -Dpulsewarden.test.devices=50
 * </pre>
 *
 * <p>These tests give a message five minutes to reach Kafka. The service gives it 30 s unless it is
 * told otherwise: with {@code -Dpulsewarden.test.delivery-timeout=30s} devices are told to come
 * back later, and do.
 */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class BackPressureIT {

  private static final int DEVICES = Integer.getInteger("pulsewarden.test.devices", 6);
  private static final int AWAY_SECONDS =
      Integer.getInteger("pulsewarden.test.kafka-away-seconds", 20);
  private static final Duration AWAY = Duration.ofSeconds(AWAY_SECONDS);

  /** More than three of them while Kafka is away. */
  private static final int KEEP_ALIVE_SECONDS = AWAY_SECONDS / 3;

  /** Each device's own pings: several in a keep-alive. */
  private static final Duration PING = Duration.ofSeconds(KEEP_ALIVE_SECONDS).dividedBy(6);

  /** Whether a message's time is shorter than the outage. */
  private static final boolean CLOSED_MEANWHILE =
      System.getProperty("pulsewarden.test.delivery-timeout") != null;

  /** What may come and go on the heap of a service that does nothing else. */
  private static final long HEAP_TOLERANCE = 16L << 20;

  /** Before the outage, and in all: fewer than the traffic limit lets through. */
  private static final int MESSAGES_BEFORE = 24;

  private static final int MESSAGES = 70;

  /** What the budget counts besides a payload: topic, objects, what it becomes for Kafka. */
  private static final int AROUND_A_MESSAGE = 2_048;

  private static MqttBed bed;

  /** How Kafka is away. */
  enum Outage {
    /** By signal 9: connections end. */
    KILLED {
      @Override
      void begin() {
        bed.servers.kafka().kill();
      }

      @Override
      void end() throws IOException {
        bed.servers.kafka().restart();
      }
    },
    /** Connections stand, new ones are taken, and nothing gets through. */
    CUT_OFF {
      @Override
      void begin() {
        bed.servers.kafkaWire().hold();
      }

      @Override
      void end() {
        bed.servers.kafkaWire().release();
      }
    };

    abstract void begin();

    abstract void end() throws IOException;
  }

  @Inject MqttServerLifecycle server;
  @Inject DeviceDirectory directory;
  @Inject FeedFreshness freshness;
  @Inject SessionRegistry sessions;
  @Inject IntakeBudget budget;
  @Inject Sealing sealing;

  private final List<BusyDevice> devices = new ArrayList<>();

  @BeforeAll
  static void startRegistry() {
    bed = new MqttBed();
  }

  @AfterAll
  static void stopRegistry() {
    bed.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldHoldPeersBackInBoundedMemoryAndDeliverAllWhenKafkaIsBack(Outage outage)
      throws IOException {
    connectAll();
    try {
      devices.forEach(each -> each.allow(MESSAGES_BEFORE));
      await().untilAsserted(() -> assertThat(acknowledged()).isPositive());
      outage.begin();
      try {
        devices.forEach(each -> each.allow(MESSAGES));
        int before = acknowledgedBeforeAllStoodStill();
        int pongs = pongs();
        long heap = heap();

        await()
            .pollInterval(Duration.ofMillis(200))
            .during(AWAY)
            .atMost(AWAY.multipliedBy(3))
            .untilAsserted(() -> assertHeldBack(before));
        assertThat(heap()).isLessThan(heap + HEAP_TOLERANCE);
        assertThat(pongs()).isGreaterThan(pongs + DEVICES);
        if (CLOSED_MEANWHILE) {
          assertThat(sessions.size()).isZero();
        } else {
          assertThat(sessions.size()).isGreaterThanOrEqualTo(DEVICES);
        }
      } finally {
        outage.end();
      }
      await()
          .atMost(Duration.ofMinutes(4))
          .untilAsserted(
              () -> {
                assertNoneFailed();
                assertThat(acknowledged()).isEqualTo(DEVICES * MESSAGES);
              });
      await().untilAsserted(() -> assertThat(budget.used()).isZero());
      assertThat(devices).allMatch(each -> (each.returns() > 0) == CLOSED_MEANWHILE);
      devices.forEach(this::assertDelivered);
    } finally {
      for (BusyDevice each : devices) {
        each.close();
      }
    }
  }

  /** What was acknowledged just before it began may still be on its way to the devices. */
  private int acknowledgedBeforeAllStoodStill() {
    AtomicInteger last = new AtomicInteger(-1);
    await()
        .during(Duration.ofSeconds(1))
        .until(
            () ->
                last.getAndSet(acknowledged()) == last.get()
                    && unanswered() == DEVICES * BusyDevice.WINDOW);
    return last.get();
  }

  private void connectAll() throws IOException {
    List<Wearable> wearables = IntStream.range(0, DEVICES).mapToObj(_ -> bed.wearable()).toList();
    await()
        .until(
            () ->
                server.port() != 0
                    && freshness.admitsSessions()
                    && wearables.stream().allMatch(one -> directory.find(one.id()).isPresent())
                    && directory.trusts(bed.ca.certificate()));
    long now = System.currentTimeMillis();
    for (int i = 0; i < DEVICES; i++) {
      int version = i % 2 == 0 ? 5 : 4;
      Wearable wearable = wearables.get(i);
      devices.add(
          new BusyDevice(wearable, () -> open(wearable, version), now, PING, CLOSED_MEANWHILE));
    }
  }

  private RawMqtt open(Wearable wearable, int version) throws IOException {
    RawMqtt mqtt = bed.raw(wearable, server.port(), version);
    int reason = mqtt.connect(wearable.id().toString(), KEEP_ALIVE_SECONDS).reason(1);
    if (reason != 0) {
      mqtt.close();
      throw new IOException("not let in: " + reason);
    }
    return mqtt;
  }

  private void assertHeldBack(int before) {
    assertNoneFailed();
    assertThat(acknowledged()).isEqualTo(before);
    assertThat(budget.used())
        .isLessThanOrEqualTo(
            (long) unanswered() * (devices.getFirst().payloadBytes() + AROUND_A_MESSAGE));
  }

  private void assertNoneFailed() {
    assertThat(devices).extracting(BusyDevice::failure).containsOnly("");
  }

  /** All of it; each once in Kafka too, if no device had to send anything again. */
  private void assertDelivered(BusyDevice device) {
    List<Long> times =
        bed.vitals(device.device(), sealing).stream()
            .flatMap(block -> block.readings().stream())
            .map(Reading::timeMillis)
            .toList();
    if (!CLOSED_MEANWHILE) {
      assertThat(times).hasSize(MESSAGES);
    }
    assertThat(times.stream().collect(toSet()))
        .isEqualTo(
            IntStream.rangeClosed(1, MESSAGES).mapToObj(device::timeMillis).collect(toSet()));
  }

  private int unanswered() {
    return devices.stream().mapToInt(each -> each.sent() - each.acknowledged()).sum();
  }

  private int acknowledged() {
    return devices.stream().mapToInt(BusyDevice::acknowledged).sum();
  }

  private int pongs() {
    return devices.stream().mapToInt(BusyDevice::pongs).sum();
  }

  /** Bytes that can be reached. */
  private static long heap() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
