package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.contracts.telemetry.v1.QuarantinedInput;
import io.pulsewarden.contracts.telemetry.v1.SealedQuarantine;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import io.pulsewarden.telemetry.senml.Senml;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.senml.SenmlResult;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a message becomes is bounded by what it was. */
class RefusedRecordsTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final UUID ID = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");
  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-0000000000a1");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-0000000000b1");

  /** From when on Bert wears what was Anna's. */
  private static final long HANDED_ON = NOW - 50_000;

  private final Device device =
      TestDevices.active(
          ID,
          ORGANISATION,
          new Assignment(UUID.randomUUID(), 1, ANNA, 0, HANDED_ON),
          new Assignment(UUID.randomUUID(), 1, BERT, HANDED_ON, Long.MAX_VALUE));
  private final MessageDecoder decoder = new MessageDecoder(new DeviceDirectory());

  @Test
  void shouldKeepAFewRefusedRecordsEachByItself() {
    DecodedMessage decoded = decoder.decode(message(json(records(20, "1-1"))));

    assertThat(decoded.quarantine())
        .hasSize(20)
        .allSatisfy(
            kept -> {
              assertThat(kept.records()).hasSize(1);
              assertThat(kept.reason()).isEqualTo(RejectionReason.UNKNOWN_CODE);
            });
  }

  @Test
  void shouldKeepManyTogetherByReasonAndByWhoseTheyAre() {
    List<String> records = new ArrayList<>(records(60, "1-1"));
    records.addAll(records(60, "8867-4"));
    byte[] payload = json(records);

    DecodedMessage decoded = decoder.decode(message(payload));

    // The newer ones of each are Bert's, the older ones Anna's.
    assertThat(decoded.quarantine())
        .extracting(kept -> kept.reason() + " " + kept.records().size())
        .containsExactly(
            "UNKNOWN_CODE 51", "UNKNOWN_CODE 9", "IMPOSSIBLE_VALUE 51", "IMPOSSIBLE_VALUE 9");
    assertThat(decoded.receipt().rejected()).hasSize(120);
    List<SenmlRecord> kept =
        decoded.quarantine().stream().flatMap(one -> one.records().stream()).toList();
    assertThat(kept)
        .containsExactlyInAnyOrderElementsOf(
            ((SenmlResult.Pack) new Senml().read(Optional.empty(), payload)).records());
  }

  @Test
  void shouldReadRecordsThatWereKeptTogetherAsTheyWere() {
    OpenQuarantine kept = decoder.decode(message(json(records(60, "1-1")))).quarantine().getFirst();

    SenmlResult again = new Senml().read(Optional.empty(), kept.payload().toByteArray());

    assertThat(((SenmlResult.Pack) again).records())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("index")
        .isEqualTo(kept.records());
  }

  @Test
  void shouldGiveALongBaseOnceHoweverManyRecordsShareIt() {
    byte[] payload = bomb();

    DecodedMessage decoded = decoder.decode(message(payload));

    assertThat(payload.length).isLessThan(6_000);
    assertThat(decoded.receipt().rejected()).hasSize(4_999 + 1);
    assertThat(decoded.quarantine())
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.records()).hasSize(5_000);
              assertThat(kept.payload().size()).isLessThan(20_000);
            });
  }

  @Test
  void shouldKeepAMessageAsItCameWhereItsRecordsWouldBeManyTimesAsLong() {
    byte[] payload = manyBases();

    DecodedMessage decoded = decoder.decode(message(payload));

    assertThat(decoded.receipt().rejected()).hasSize(4 * 30);
    assertThat(decoded.quarantine())
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.reason()).isEqualTo(RejectionReason.TOO_MUCH_REFUSED);
              assertThat(kept.device()).isEqualTo(ID);
              assertThat(kept.records()).isEmpty();
            });
  }

  /** As RFC 8428 writes them: name, unit and time in base fields, the rest in a few bytes. */
  @Test
  void shouldKeepNothingThatWasTakenOfAnOrdinaryPackHoweverMuchOfItIsRefused() {
    for (byte[] payload : List.of(shortJson(5_000), shortCbor(5_000), shortCbor(21))) {
      DecodedMessage decoded = decoder.decode(message(payload));

      assertThat(decoded.receipt().accepted()).isPositive();
      assertThat(decoded.quarantine())
          .allSatisfy(
              kept -> {
                assertThat(kept.reason()).isEqualTo(RejectionReason.IMPOSSIBLE_VALUE);
                assertThat(kept.payload().size()).isLessThan(4 * payload.length);
              });
      assertThat(decoded.quarantine().stream().mapToInt(kept -> kept.records().size()).sum())
          .isEqualTo(decoded.receipt().rejected().size());
    }
  }

  @Test
  void shouldKeepMoreThanOneKafkaRecordTakesInSeveralPieces() {
    String samples = "x".repeat(40_000);
    byte[] payload =
        json(
            IntStream.range(0, 30)
                .mapToObj(
                    i ->
                        "{\"n\":\"1-1\",\"vs\":\"%s\",\"t\":%d}"
                            .formatted(samples, NOW / 1_000 - i))
                .toList());

    List<OpenQuarantine> kept = decoder.decode(message(payload)).quarantine();

    assertThat(kept)
        .hasSize(5)
        .allSatisfy(one -> assertThat(one.payload().size()).isLessThan(287_000));
    assertThat(kept.stream().mapToInt(one -> one.records().size()).sum()).isEqualTo(30);
  }

  @Test
  void shouldSayWhenWhatIsKeptWasMeasured() {
    TakenTimes possible = TakenTimes.of(NOW);
    List<String> old = List.of(record("1-1", 1, 31 * 24 * 3_600));

    assertThat(measured(json(records(60, "1-1"))))
        .as("Bert's, then Anna's")
        .containsExactly(
            new TakenTimes(NOW - 50_000, NOW), new TakenTimes(NOW - 59_000, NOW - 51_000));
    assertThat(measured(json(old))).containsExactly(possible);
    assertThat(measured(new byte[] {'x'})).containsExactly(possible);
    assertThat(measured("[{\"n\":\"1-1\",\"v\":1}]".getBytes(UTF_8))).containsExactly(possible);
  }

  private List<TakenTimes> measured(byte[] payload) {
    return decoder.decode(message(payload)).quarantine().stream()
        .map(kept -> kept.measured(NOW))
        .toList();
  }

  @Test
  void shouldNeverKeepMoreThanAFewTimesWhatCame() {
    for (int count : new int[] {1, 20, 21, 300, 2_000}) {
      byte[] payload = json(records(count, "1-1"));

      int kept =
          decoder.decode(message(payload)).quarantine().stream()
              .mapToInt(one -> one.payload().size())
              .sum();

      assertThat(kept).isLessThanOrEqualTo(16 * 1024 + 4 * payload.length + 2 * count);
    }
  }

  @Test
  void shouldSealTheVeryBytesThatWereCharged() throws Exception {
    MessageSealer open =
        new MessageSealer((_, _, _, plaintext) -> CompletableFuture.completedFuture(plaintext));
    IntakeBudget budget = new IntakeBudget(1 << 20);
    // Texts of more than one byte a character, some alone, some together, and a message whole.
    for (byte[] payload : List.of(foreign(2), foreign(30), manyBases())) {
      IncomingMessage message = message(payload);
      DecodedMessage decoded = decoder.decode(message);
      Charge charge = new Charge(budget, QuarantineSpace.UNLIMITED, Allowance.ALL);

      charge.take(message, decoded);
      long sealed = 0;
      for (OutgoingRecord record :
          open.seal(message, decoded).toCompletableFuture().join().records()) {
        sealed +=
            QuarantinedInput.parseFrom(SealedQuarantine.parseFrom(record.value()).getEnvelope())
                .getPayload()
                .size();
      }

      int pieces = decoded.quarantine().size();
      assertThat(budget.used())
          .isEqualTo(
              sealed
                  + pieces * (512L + message.topic().length())
                  + 32L * decoded.receipt().records());
      charge.giveBack();
    }
  }

  @Test
  void shouldChargeWhatAMessageBecomesBeforeItIsSealed() {
    IncomingMessage message = message(json(records(100, "1-1")));
    DecodedMessage decoded = decoder.decode(message);
    IntakeBudget budget = new IntakeBudget(1 << 20);
    Charge charge = new Charge(budget, QuarantineSpace.UNLIMITED, Allowance.ALL);

    charge.take(message, decoded);

    assertThat(budget.used()).isGreaterThan(message.payload().length + 100 * 32);
    charge.giveBack();
    charge.giveBack();
    assertThat(budget.used()).isZero();
    assertThat(refusal(new Charge(new IntakeBudget(5_000), (_, _) -> true, Allowance.ALL), message))
        .isEqualTo(Limit.MEMORY);
  }

  @Test
  void shouldAskForEachRefusedRecordAndForEachKilobyte() {
    List<Long> asked = new ArrayList<>();
    Allowance none =
        weight -> {
          asked.add(weight);
          return false;
        };

    assertThat(refusal(none, message(json(records(100, "1-1"))))).isEqualTo(Limit.QUARANTINE_RATE);
    assertThat(refusal(none, message(new byte[50 * 1_024]))).isEqualTo(Limit.QUARANTINE_RATE);

    assertThat(asked).containsExactly(100L, 50L);
  }

  @Test
  void shouldAskNothingWhereNothingIsRefused() {
    IncomingMessage message = message(json(List.of(record("8867-4", 62, 0))));
    IntakeBudget budget = new IntakeBudget(1 << 20);

    new Charge(budget, (_, _) -> false, _ -> false).take(message, decoder.decode(message));

    assertThat(budget.used()).isPositive();
  }

  @Test
  void shouldKeepNothingOfADeviceWhoseQuarantineIsFull() {
    QuarantineSpace full = (_, devices) -> !devices.contains(ID);
    IncomingMessage message = message(json(records(1, "1-1")));

    assertThat(refusal(new Charge(new IntakeBudget(1 << 20), full, Allowance.ALL), message))
        .isEqualTo(Limit.QUARANTINE_HELD);
    // Behind a broker its neighbours would be shut out with it.
    new Charge(new IntakeBudget(1 << 20), full, Allowance.shared(Allowance.ALL))
        .take(message, decoder.decode(message));
  }

  private Limit refusal(Allowance allowance, IncomingMessage message) {
    return refusal(
        new Charge(new IntakeBudget(1 << 20), QuarantineSpace.UNLIMITED, allowance), message);
  }

  private Limit refusal(Charge charge, IncomingMessage message) {
    DecodedMessage decoded = decoder.decode(message);
    List<Limit> limits = new ArrayList<>();
    assertThatThrownBy(() -> charge.take(message, decoded))
        .isInstanceOfSatisfying(OverLimitException.class, over -> limits.add(over.limit()));
    return limits.getFirst();
  }

  /** One a second, the newest first; a heart rate of these is impossible. */
  private static List<String> records(int count, String name) {
    return IntStream.range(0, count).mapToObj(i -> record(name, 3_600, i)).toList();
  }

  /** Of a unit that has more bytes than characters. */
  private static byte[] foreign(int count) {
    return new String(json(records(count, "1-1")), UTF_8).replace("/min", "/℧").getBytes(UTF_8);
  }

  private static String record(String name, int value, int secondsAgo) {
    return "{\"n\":\"%s\",\"u\":\"/min\",\"v\":%d,\"t\":%d}"
        .formatted(name, value, NOW / 1_000 - secondsAgo);
  }

  private static byte[] json(List<String> records) {
    return records.stream().collect(joining(",", "[", "]")).getBytes(UTF_8);
  }

  /** CBOR: a base name and a base unit of 256 control characters, and 4,999 empty maps. */
  private static byte[] bomb() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x99, 0x13, (byte) 0x88, (byte) 0xA2});
    for (int label : new int[] {0x21, 0x23}) {
      out.writeBytes(new byte[] {(byte) label, 0x79, 0x01, 0x00});
      out.writeBytes("\u0001".repeat(256).getBytes(UTF_8));
    }
    for (int i = 0; i < 4_999; i++) {
      out.write(0xA0);
    }
    return out.toByteArray();
  }

  /** CBOR: 30 times another base, each before four maps of which each is kept elsewhere. */
  private static byte[] manyBases() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x98, 4 * 30});
    for (int i = 0; i < 30; i++) {
      String text = (i % 2 == 0 ? "\u0001" : "\u0002").repeat(256);
      out.write(0xA2);
      for (int label : new int[] {0x21, 0x23}) {
        out.writeBytes(new byte[] {(byte) label, 0x79, 0x01, 0x00});
        out.writeBytes(text.getBytes(UTF_8));
      }
      out.writeBytes(new byte[] {(byte) 0xA1, 0x62, 'x', '_', 0});
      for (long secondsAgo : new long[] {0, 100}) {
        out.writeBytes(new byte[] {(byte) 0xA1, 6});
        number(out, 0x1A, NOW / 1_000 - secondsAgo);
      }
    }
    return out.toByteArray();
  }

  /** One a second of a heart rate, of which two fifths are zeros of a sensor that is off. */
  private static byte[] shortJson(int count) {
    StringBuilder pack = new StringBuilder();
    pack.append("[{\"bn\":\"urn:uuid:").append(ID).append(":8867-4\",\"bu\":\"/min\",\"bt\":");
    pack.append(NOW / 1_000).append(",\"v\":72}");
    for (int i = 1; i < count; i++) {
      pack.append(",{\"v\":").append(i % 5 < 2 ? 0 : 72).append(",\"t\":").append(-i).append('}');
    }
    return pack.append(']').toString().getBytes(UTF_8);
  }

  private static byte[] shortCbor(int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x99, (byte) (count >> 8), (byte) count, (byte) 0xA4});
    String name = "urn:uuid:" + ID + ":8867-4";
    out.writeBytes(new byte[] {0x21, 0x78, (byte) name.length()});
    out.writeBytes(name.getBytes(UTF_8));
    out.writeBytes(new byte[] {0x23, (byte) 0x64, '/', 'm', 'i', 'n', 0x22});
    number(out, 0x1A, NOW / 1_000);
    out.writeBytes(new byte[] {2, 0x18, 72});
    for (int i = 1; i < count; i++) {
      out.writeBytes(new byte[] {(byte) 0xA2, 2, 0x18, (byte) (i % 5 < 2 ? 0 : 72), 6});
      out.writeBytes(new byte[] {0x39, (byte) ((i - 1) >> 8), (byte) (i - 1)});
    }
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int head, long number) {
    out.write(head);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write((int) (number >> shift) & 0xFF);
    }
  }

  private IncomingMessage message(byte[] payload) {
    return new IncomingMessage(
        device,
        "devices/" + ID + "/vitals",
        true,
        payload,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        NOW);
  }
}
