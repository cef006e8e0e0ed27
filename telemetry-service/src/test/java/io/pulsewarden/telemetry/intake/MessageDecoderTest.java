package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.Wearer.Nobody;
import io.pulsewarden.telemetry.intake.Wearer.Patient;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.VitalSign;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageDecoderTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final UUID ID = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");
  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-0000000000a1");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-0000000000b1");
  private static final UUID FIRST = UUID.fromString("00000000-0000-4000-8000-0000000000f1");
  private static final UUID SECOND = UUID.fromString("00000000-0000-4000-8000-0000000000f2");

  private final Device device =
      TestDevices.active(
          ID,
          ORGANISATION,
          new Assignment(FIRST, 3, ANNA, NOW - 100_000, NOW - 50_000),
          new Assignment(SECOND, 1, BERT, NOW - 50_000, Long.MAX_VALUE));
  private final MessageDecoder decoder = new MessageDecoder(new DeviceDirectory());

  @Test
  void shouldGiveEachReadingToWhoeverWoreTheDeviceThen() {
    DecodedMessage decoded =
        decode(
            """
            [{"bn":"urn:uuid:3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11:","bu":"/min","bt":1800000000,
              "n":"8867-4","v":62.8,"t":-50},{"n":"8867-4","v":61,"t":-50.001},
             {"n":"8867-4","v":60,"t":-100},{"n":"8867-4","v":59,"t":-100.001}]
            """);

    assertThat(decoded.batches())
        .extracting(OpenBatch::wearer)
        .containsExactly(new Patient(BERT, SECOND, 1), new Patient(ANNA, FIRST, 3), new Nobody());
    assertThat(decoded.batches().get(1).block().readings())
        .containsExactly(heart(NOW - 50_001, "61"), heart(NOW - 100_000, "60"));
    assertThat(decoded.receipt()).isEqualTo(new Receipt(NOW, 4, 1, 0, List.of()));
  }

  @Test
  void shouldMakeOnePanelOfPressuresOfOneTime() {
    DecodedMessage decoded =
        decode(
            """
            [{"bu":"mm[Hg]","bt":1800000000,"n":"systolic","v":120},{"n":"8867-4","u":"/min","v":62},
             {"n":"diastolic","v":80},{"n":"mean-pressure","v":0},
             {"n":"systolic","v":121,"t":-1},{"n":"diastolic","v":80},{"n":"systolic","v":130}]
            """);

    assertThat(decoded.batches().getFirst().block().readings())
        .containsExactly(
            new BloodPressure(NOW, new BigDecimal("120"), new BigDecimal("80"), null),
            heart(NOW, "62"),
            new BloodPressure(NOW - 1_000, new BigDecimal("121"), null, null),
            new BloodPressure(NOW, new BigDecimal("130"), null, null));
    assertThat(decoded.receipt().rejected())
        .containsExactly(new Rejection(3, RejectionReason.IMPOSSIBLE_VALUE));
  }

  @Test
  void shouldKeepEachBadRecordByItselfAndItsNeighbours() {
    DecodedMessage decoded =
        decode(
            """
            [{"bt":1800000000,"n":"8867-4","u":"/min","v":0},{"n":"8889-8","u":"/min","v":62},
             {"n":"nonsense","v":1}]
            """);

    assertThat(decoded.quarantine())
        .extracting(OpenQuarantine::reason)
        .containsExactly(RejectionReason.IMPOSSIBLE_VALUE, RejectionReason.UNKNOWN_CODE);
    assertThat(decoded.receipt().accepted()).isEqualTo(1);
    assertThat(decoded.receipt().outcome()).isEqualTo(Receipt.Outcome.PARTLY);
  }

  @Test
  void shouldKeepAnUnreadableMessageWhole() {
    DecodedMessage decoded = decode("hello");

    assertThat(decoded.batches()).isEmpty();
    assertThat(decoded.quarantine())
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.reason()).isEqualTo(RejectionReason.NOT_JSON);
              assertThat(kept.records()).isEmpty();
            });
    assertThat(decoded.receipt().outcome()).isEqualTo(Receipt.Outcome.REJECTED);
  }

  @Test
  void shouldKeepTheMessageWhereARecordAloneWouldBeLonger() {
    // An array of one map: an unknown name, and texts of what JSON has to escape.
    byte[] text = new byte[256];
    Arrays.fill(text, (byte) 1);
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    pack.writeBytes(new byte[] {(byte) 0x81, (byte) 0xb9, 2, 1, 0, 0x61, 'x'});
    for (int i = 0; i < 512; i++) {
      pack.writeBytes(new byte[] {0x19, (byte) (0x10 | i >> 8), (byte) i, 0x79, 1, 0});
      pack.writeBytes(text);
    }
    IncomingMessage message = message(pack.toByteArray(), true, Optional.empty());

    DecodedMessage decoded = decoder.decode(message);

    assertThat(message.payload()).hasSizeLessThan(256 * 1024);
    assertThat(decoded.quarantine())
        .containsExactly(
            OpenQuarantine.whole(
                ID, RejectionReason.TOO_MUCH_REFUSED, "refused records: 1", message.payload()));
    assertThat(decoded.receipt().rejected())
        .containsExactly(new Rejection(0, RejectionReason.UNKNOWN_CODE));
  }

  @Test
  void shouldNotReadWhatCameByAForeignTopicOrInAnotherFormat() {
    String good = "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":1800000000}]";

    assertThat(reason(message(good, false, Optional.empty())))
        .isEqualTo(RejectionReason.FOREIGN_TOPIC);
    assertThat(reason(message(good, true, Optional.of("application/cbor"))))
        .isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
    assertThat(
            decoder
                .decode(message(good, true, Optional.of("Application/SenML+JSON; charset=utf-8")))
                .quarantine())
        .isEmpty();
  }

  @Test
  void shouldMarkReadingsOfAClockThatIsMoreThanAMinuteOff() {
    assertThat(skewed("1800000060")).isFalse();
    assertThat(skewed("1800000060.001")).isTrue();
    assertThat(skewed("1799999939.999")).isTrue();
  }

  @Test
  void shouldKeepWhatAClockTwoHoursFastSaysAndMarkWhatASlowOneSays() {
    String ahead = "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":1800007200}]";
    assertThat(reason(message(ahead, true, Optional.empty())))
        .isEqualTo(RejectionReason.IN_THE_FUTURE);

    DecodedMessage behind = sent("1799992800", "1799992800");
    assertThat(behind.quarantine()).isEmpty();
    assertThat(behind.batches().getFirst().block().skewed()).isTrue();
    // Never silently corrected.
    assertThat(behind.batches().getFirst().block().firstTimeMillis()).isEqualTo(1_799_992_800_000L);
  }

  private boolean skewed(String sent) {
    return sent("1800000000", sent).batches().getFirst().block().skewed();
  }

  private DecodedMessage sent(String time, String sent) {
    IncomingMessage good =
        message(
            "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":62,\"t\":%s}]".formatted(time),
            true,
            Optional.empty());
    return decoder.decode(
        new IncomingMessage(
            good.sender(),
            good.topic(),
            true,
            good.payload(),
            Optional.empty(),
            Optional.of(new BigDecimal(sent)),
            OptionalLong.empty(),
            NOW));
  }

  private RejectionReason reason(IncomingMessage message) {
    return decoder.decode(message).quarantine().getFirst().reason();
  }

  private DecodedMessage decode(String payload) {
    return decoder.decode(message(payload, true, Optional.empty()));
  }

  private IncomingMessage message(String payload, boolean own, Optional<String> contentType) {
    return message(payload.getBytes(UTF_8), own, contentType);
  }

  private IncomingMessage message(byte[] payload, boolean own, Optional<String> contentType) {
    return new IncomingMessage(
        device,
        "devices/" + ID + "/vitals",
        own,
        payload,
        contentType,
        Optional.empty(),
        OptionalLong.empty(),
        NOW);
  }

  private static Quantity heart(long time, String value) {
    return new Quantity(VitalSign.HEART_RATE, time, new BigDecimal(value));
  }
}
