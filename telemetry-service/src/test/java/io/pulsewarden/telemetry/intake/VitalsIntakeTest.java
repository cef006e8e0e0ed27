package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

/** What becomes of a message that our own code fails at: it is kept, once, and acknowledged. */
class VitalsIntakeTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);
  private static final byte[] GOOD =
      "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":1800000000}]".getBytes(UTF_8);
  private static final Receipt WHOLE =
      new Receipt(
          CLOCK.millis(), 0, 0, 0, List.of(new Rejection(-1, RejectionReason.UNREADABLE_HERE)));

  private final Device device = TestDevices.active(UUID.randomUUID(), UUID.randomUUID());
  private final IncomingMessage message = TestIntake.message(device, GOOD, CLOCK);

  /** Fails at each message. */
  private record Broken(Preparation.Decoder decoder) implements Preparation.Decoder {
    @Override
    public DecodedMessage decode(IncomingMessage message) {
      throw new IllegalArgumentException("a value with too many digits");
    }

    @Override
    public DecodedMessage unreadable(IncomingMessage message) {
      return decoder.unreadable(message);
    }
  }

  @Test
  void shouldKeepWholeWhatTheDecoderFailsAt() throws Exception {
    try (TestIntake intake = new TestIntake(true, Broken::new)) {
      assertThat(stored(intake)).isCompletedWithValue(WHOLE);

      SealedQuarantine kept =
          SealedQuarantine.parseFrom(intake.producer.history().getFirst().value());
      assertThat(kept.getEnvelope().size()).isGreaterThan(GOOD.length);
      assertThat(kept.getDeviceId()).isEqualTo(device.id().toString());
      assertThat(
              intake
                  .metrics
                  .counter("pulsewarden.intake.quarantined", "reason", "unreadable-here")
                  .count())
          .isOne();
    }
  }

  @Test
  void shouldKeepWholeWhatKafkaCallsTooLarge() {
    try (TestIntake intake = new TestIntake(false, decoder -> decoder)) {
      CompletableFuture<Receipt> stored = stored(intake);

      intake.producer.errorNext(new RecordTooLargeException("of the topic's, not of ours"));
      assertThat(topics(intake)).containsExactly(OutgoingRecord.VITALS, OutgoingRecord.QUARANTINE);
      assertThat(stored).isNotDone();
      intake.producer.completeNext();

      assertThat(stored).isCompletedWithValue(WHOLE);
    }
  }

  @Test
  void shouldHaveSentAgainWhatKafkaDidNotTakeInTime() {
    try (TestIntake intake = new TestIntake(false, decoder -> decoder)) {
      CompletableFuture<Receipt> stored = stored(intake);

      intake.producer.errorNext(new NetworkException("not now"));

      assertThat(stored).isCompletedExceptionally();
      assertThat(topics(intake)).containsExactly(OutgoingRecord.VITALS);
    }
  }

  @Test
  void shouldKeepWholeWhatCanNotBeSealed() {
    assertThat(prepared(() -> CompletableFuture.failedFuture(new ArithmeticException())))
        .isCompletedWithValueMatching(done -> done.receipt().equals(WHOLE));
    assertThat(
            prepared(
                () -> {
                  throw new IllegalStateException("at once");
                }))
        .isCompletedWithValueMatching(done -> done.receipt().equals(WHOLE));
    assertThat(
            prepared(
                () -> CompletableFuture.completedFuture(new byte[Preparation.LARGEST_RECORD + 1])))
        .isCompletedWithValueMatching(done -> done.receipt().equals(WHOLE));
  }

  @Test
  void shouldSealWithWhatIsRefusedWhoWoreTheDeviceInTheLastThirtyDays() throws Exception {
    UUID[] patients = Stream.generate(UUID::randomUUID).limit(4).toArray(UUID[]::new);
    long now = CLOCK.millis();
    long days = Duration.ofDays(30).toMillis();
    Device worn =
        TestDevices.active(
            device.id(),
            device.organisation(),
            new Assignment(UUID.randomUUID(), 1, patients[0], 0, now - days),
            new Assignment(UUID.randomUUID(), 1, patients[1], now - days, now - days + 1),
            new Assignment(UUID.randomUUID(), 1, patients[2], now - 1, Long.MAX_VALUE),
            new Assignment(UUID.randomUUID(), 1, patients[3], now + days, Long.MAX_VALUE));
    MessageSealer open =
        new MessageSealer((_, _, _, plaintext) -> CompletableFuture.completedFuture(plaintext));
    IncomingMessage bad = TestIntake.message(worn, "[".getBytes(UTF_8), CLOCK);

    byte[] kept =
        open.seal(bad, new MessageDecoder(new DeviceDirectory()).decode(bad))
            .toCompletableFuture()
            .join()
            .records()
            .getFirst()
            .value();

    assertThat(
            QuarantinedInput.parseFrom(SealedQuarantine.parseFrom(kept).getEnvelope())
                .getWearerIdList())
        .containsExactlyInAnyOrder(patients[1].toString(), patients[2].toString());
  }

  @Test
  void shouldNotGiveUpOnAMessageWhileKeysCanNotBeHad() {
    assertThat(
            prepared(
                () ->
                    CompletableFuture.failedFuture(new KeysUnavailableException("not now", null))))
        .isCompletedExceptionally();
  }

  /** Seals a reading like this, and what goes to quarantine as it is. */
  private CompletableFuture<Preparation.Prepared> prepared(
      Supplier<CompletionStage<byte[]>> reading) {
    Preparation preparation =
        new Preparation(
            new MessageDecoder(new DeviceDirectory()),
            new MessageSealer(
                (_, purpose, _, plaintext) ->
                    purpose == Purpose.QUARANTINE
                        ? CompletableFuture.completedFuture(plaintext)
                        : reading.get()));
    return preparation.seal(message, preparation.decode(message), Preparation.Limits.NONE);
  }

  private CompletableFuture<Receipt> stored(TestIntake intake) {
    return intake
        .intake()
        .accept(message, CompletableFuture.completedFuture(null), Allowance.ALL)
        .stored()
        .toCompletableFuture();
  }

  private static List<String> topics(TestIntake intake) {
    return intake.producer.history().stream().map(ProducerRecord::topic).toList();
  }
}
