package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import io.pulsewarden.telemetry.receipt.Receipt;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With real keys and the real decoder: what is too much is asked for before anything is kept. */
class VitalsIntakeLimitsTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);

  private static final byte[] GOOD =
      "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":1800000000}]".getBytes(UTF_8);

  private final TestIntake intake = new TestIntake();
  private final Device device = TestDevices.active(UUID.randomUUID(), UUID.randomUUID());

  @AfterEach
  void close() {
    intake.close();
  }

  @Test
  void shouldHandNothingToKafkaOfWhatMayNotGoToQuarantine() {
    CompletableFuture<Receipt> stored = accept(bomb(), _ -> false);

    assertThatThrownBy(stored::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            OverLimitException.class,
            over -> assertThat(over.limit()).isEqualTo(Limit.QUARANTINE_RATE));
    assertThat(intake.producer.history()).isEmpty();
    assertThat(intake.budget.used()).isZero();
  }

  @Test
  void shouldAskForRoomInTheOrderInWhichMessagesAreHandedOver() {
    List<Long> asked = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> before = new CompletableFuture<>();

    CompletableFuture<Receipt> stored = accept(bomb(), before, asked::add);
    CompletableFuture<Receipt> small = accept("[{}]".getBytes(UTF_8), before, asked::add);

    // Taken apart, which asks for memory, and no further.
    await().until(() -> intake.budget.used() > 5_000 * 32);
    assertThat(asked).isEmpty();
    before.complete(null);
    CompletableFuture.allOf(stored, small).join();
    assertThat(asked).containsExactlyInAnyOrder(5_000L, 1L);
  }

  @Test
  void shouldTakeNothingOfWhatMayGoToQuarantineBehindAMessageThatWasNotHandedOver() {
    List<Long> asked = new ArrayList<>();

    CompletableFuture<Receipt> stored =
        accept(
            bomb(),
            CompletableFuture.failedFuture(new OverLimitException(Limit.QUARANTINE_RATE)),
            asked::add);

    assertThatThrownBy(stored::join).hasCauseInstanceOf(OverLimitException.class);
    assertThat(asked).isEmpty();
    assertThat(intake.producer.history()).isEmpty();
    assertThat(intake.budget.used()).isZero();
  }

  @Test
  void shouldKeepFiveThousandEmptyRecordsAsOneMessageOfTheirSize() {
    byte[] payload = bomb();

    Receipt receipt = accept(payload, Allowance.ALL).join();

    assertThat(receipt.rejected()).hasSize(5_000);
    assertThat(intake.producer.history())
        .singleElement()
        .satisfies(sent -> assertThat(sent.value().length).isLessThan(payload.length + 1_024));
    assertThat(intake.budget.used()).isZero();
  }

  @Test
  void shouldGiveBackWhatAMessageTookWhereItsMemoryIsNotThere() {
    assertThat(intake.budget.take((1 << 20) - 1_000)).isTrue();

    List<Long> asked = new ArrayList<>();
    CompletableFuture<Receipt> stored = accept(bomb(), asked::add);

    assertThatThrownBy(stored::join).hasCauseInstanceOf(OverLimitException.class);
    assertThat(asked).as("of what may go to quarantine").isEmpty();
    assertThat(intake.producer.history()).isEmpty();
    assertThat(intake.budget.used()).isEqualTo((1 << 20) - 1_000);
  }

  @Test
  void shouldKeepNoMessageWholeWhereQuarantineHasNoRoomForIt() {
    try (TestIntake late = new TestIntake(false, decoder -> decoder)) {
      late.space = (_, devices) -> !devices.contains(device.id());
      // Its records are readings: they ask for no room.
      CompletableFuture<Receipt> stored = accept(late, GOOD, Allowance.ALL);

      late.producer.errorNext(new RecordTooLargeException("of the topic's, not of ours"));

      assertThatThrownBy(stored::join)
          .cause()
          .isInstanceOfSatisfying(
              OverLimitException.class,
              over -> assertThat(over.limit()).isEqualTo(Limit.QUARANTINE_HELD));
      assertThat(late.producer.history())
          .extracting(ProducerRecord::topic)
          .containsExactly(OutgoingRecord.VITALS);
      assertThat(late.budget.used()).isZero();
    }
  }

  @Test
  void shouldChargeForAMessageThatIsKeptWholeBesidesWhatItsRecordsTook() {
    try (TestIntake late = new TestIntake(false, decoder -> decoder)) {
      List<Long> asked = new ArrayList<>();
      Set<UUID> inQuarantine = new HashSet<>();
      late.space = (_, devices) -> inQuarantine.addAll(devices);
      CompletableFuture<Receipt> stored = accept(late, GOOD, asked::add);
      long before = late.budget.used();

      late.producer.errorNext(new RecordTooLargeException("of the topic's, not of ours"));

      assertThat(asked).containsExactly(1L);
      assertThat(inQuarantine).containsExactly(device.id());
      assertThat(late.budget.used()).isGreaterThanOrEqualTo(before + GOOD.length);
      late.producer.completeNext();
      assertThat(stored).isCompleted();
      assertThat(late.budget.used()).isZero();
    }
  }

  @Test
  void shouldTakeWhatAGatewayBringsOfAFullDevicesNeighbours() {
    Device full = TestDevices.active(UUID.randomUUID(), device.organisation());
    Device gateway =
        TestDevices.gateway(
            UUID.randomUUID(), device.organisation(), Set.of(full.id(), device.id()));
    DeviceDirectory directory = new DeviceDirectory();
    TestDevices.put(directory, full);
    TestDevices.put(directory, device);
    IncomingMessage message =
        TestIntake.message(
            gateway,
            ("[{\"n\":\"urn:uuid:%s:1-1\",\"v\":1},"
                    + "{\"n\":\"urn:uuid:%s:8867-4\",\"u\":\"/min\",\"v\":62,\"t\":1800000000}]")
                .formatted(full.id(), device.id())
                .getBytes(UTF_8),
            CLOCK);
    DecodedMessage decoded = new MessageDecoder(directory).decode(message);
    assertThat(decoded.quarantine()).extracting(OpenQuarantine::device).containsExactly(full.id());
    assertThat(decoded.batches()).hasSize(1);

    new Charge(intake.budget, (_, devices) -> !devices.contains(full.id()), Allowance.ALL)
        .take(message, decoded);

    Charge ofAFullGateway =
        new Charge(intake.budget, (_, devices) -> !devices.contains(gateway.id()), Allowance.ALL);
    assertThatThrownBy(() -> ofAFullGateway.take(message, decoded))
        .isInstanceOfSatisfying(
            OverLimitException.class,
            over -> assertThat(over.limit()).isEqualTo(Limit.QUARANTINE_HELD));
  }

  @Test
  void shouldCountWhatIsNotTakenForItsSizeAndSayThatOfNoMessage() {
    assertThatThrownBy(accept(bomb(), _ -> false)::join).isInstanceOf(CompletionException.class);

    assertThat(
            intake.metrics.counter("pulsewarden.intake.messages", "outcome", "over-limit").count())
        .isOne();
    assertThat(
            intake.metrics.counter("pulsewarden.intake.messages", "outcome", "unavailable").count())
        .isZero();
  }

  @Test
  void shouldAskForRoomForWhatCanNotBeSealedAndWouldBeKeptWhole() {
    Preparation preparation =
        new Preparation(
            new MessageDecoder(new DeviceDirectory()),
            new MessageSealer(
                (_, _, _, _) -> CompletableFuture.failedFuture(new ArithmeticException())));
    IncomingMessage message = TestIntake.message(device, GOOD, CLOCK);
    Charge charge = new Charge(intake.budget, (_, _) -> false, Allowance.ALL);

    assertThatThrownBy(preparation.seal(message, preparation.decode(message), charge)::join)
        .hasCauseInstanceOf(OverLimitException.class);
  }

  private CompletableFuture<Receipt> accept(byte[] payload, Allowance allowance) {
    return accept(intake, payload, allowance);
  }

  private CompletableFuture<Receipt> accept(
      byte[] payload, CompletionStage<Void> before, Allowance allowance) {
    return intake
        .intake()
        .accept(TestIntake.message(device, payload, CLOCK), before, allowance)
        .stored()
        .toCompletableFuture();
  }

  private CompletableFuture<Receipt> accept(TestIntake to, byte[] payload, Allowance allowance) {
    return to.intake()
        .accept(
            TestIntake.message(device, payload, CLOCK),
            CompletableFuture.completedFuture(null),
            allowance)
        .stored()
        .toCompletableFuture();
  }

  /** JSON: one base name and 4,999 records of nothing. */
  private static byte[] bomb() {
    String[] records = new String[5_000];
    Arrays.fill(records, "{}");
    records[0] = "{\"bn\":\"" + "\\u0001".repeat(256) + "\",\"bu\":\"" + "x".repeat(256) + "\"}";
    return ("[" + String.join(",", records) + "]").getBytes(UTF_8);
  }
}
