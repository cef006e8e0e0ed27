package io.pulsewarden.telemetry.intake;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.keys.InMemoryBaseKeys;
import io.pulsewarden.telemetry.keys.Sealers;
import io.pulsewarden.telemetry.keys.Sealing;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The whole path of a message but Kafka: real decoder, real keys, and a producer that takes all.
 */
public final class TestIntake implements AutoCloseable {

  final MockProducer<String, byte[]> producer;
  final MeterRegistry metrics = new SimpleMeterRegistry();
  final IntakeBudget budget = new IntakeBudget(1 << 20);

  /** How much room quarantine has; all, unless a test says otherwise. */
  volatile QuarantineSpace space = QuarantineSpace.UNLIMITED;

  private final Sealers sealers = new Sealers(4);
  private final ScheduledExecutorService kafka = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean answering;
  private final VitalsPublisher publisher;
  private final VitalsIntake intake;

  /** Kafka answers at once. */
  public TestIntake() {
    this(true, Function.identity());
  }

  /**
   * One that can go wrong.
   *
   * @param answers whether Kafka answers at once; else the test does
   * @param around what stands before the decoder
   */
  TestIntake(boolean answers, Function<Preparation.Decoder, Preparation.Decoder> around) {
    producer = new MockProducer<>(answers, null, new StringSerializer(), new ByteArraySerializer());
    publisher = new VitalsPublisher(producer, Duration.ofSeconds(30));
    Sealing sealing = new Sealing(new InMemoryBaseKeys(Clock.systemUTC()), sealers);
    intake =
        new VitalsIntake(
            new AuditGate(() -> false, Duration.ofMillis(1), 1, Runnable::run),
            new Preparation(
                around.apply(new MessageDecoder(new DeviceDirectory())),
                new MessageSealer(sealing::seal)),
            publisher,
            new IntakeMetrics(metrics),
            budget,
            (organisation, devices) -> space.hasRoom(organisation, devices));
  }

  /** One behind which Kafka says nothing, but while the test has it answer. */
  public static TestIntake silent() {
    TestIntake made = new TestIntake(false, Function.identity());
    Future<?> _ =
        made.kafka.scheduleWithFixedDelay(
            () -> {
              while (made.answering && made.producer.completeNext()) {
                // The next one.
              }
            },
            2,
            2,
            TimeUnit.MILLISECONDS);
    return made;
  }

  public VitalsIntake intake() {
    return intake;
  }

  /** Whether Kafka answers, from now on. */
  public void answers(boolean now) {
    answering = now;
  }

  /** How much room quarantine has from now on. */
  public void space(QuarantineSpace now) {
    space = now;
  }

  /** The topics of all that Kafka was given. */
  public List<String> kept() {
    return producer.history().stream().map(ProducerRecord::topic).toList();
  }

  /** Published by the device itself, to its own topic. */
  static IncomingMessage message(Device sender, byte[] payload, Clock clock) {
    return new IncomingMessage(
        sender,
        "devices/" + sender.id() + "/vitals",
        true,
        payload,
        Optional.empty(),
        Optional.of(BigDecimal.valueOf(clock.millis(), 3)),
        OptionalLong.empty(),
        clock.millis());
  }

  @Override
  public void close() {
    kafka.shutdownNow();
    intake.close();
    publisher.close();
    sealers.close();
  }
}
