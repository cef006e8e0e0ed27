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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.clients.producer.MockProducer;
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

  public VitalsIntake intake() {
    return intake;
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
    intake.close();
    publisher.close();
    sealers.close();
  }
}
