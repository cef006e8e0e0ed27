package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.CheckedRecord.Rejected;
import io.pulsewarden.telemetry.intake.CheckedRecord.Taken;
import io.pulsewarden.telemetry.intake.CheckedRecord.TakenWaveform;
import io.pulsewarden.telemetry.senml.SenmlCbor;
import io.pulsewarden.telemetry.senml.SenmlJson;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.senml.SenmlResult.Pack;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.VitalSign;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordCheckerTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final UUID SENSOR = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");
  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  private final DeviceDirectory directory = new DeviceDirectory();
  private final RecordChecker checker = new RecordChecker(new Speakers(directory));
  private final Device sender = TestDevices.active(SENSOR, ORGANISATION);

  @Test
  void shouldTakeAReadingInItsCanonicalUnit() {
    CheckedRecord checked = check("{'n':'8310-5','u':'K','v':310.15,'t':1800000000.0019}");

    assertThat(checked)
        .isEqualTo(
            new Taken(0, SENSOR, VitalSign.BODY_TEMPERATURE, NOW + 1, new BigDecimal("37.00")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'n':'8867-4','u':'/min','v':62,'t':1800000000,'x_':1}        | UNSUPPORTED_FIELD
          {'n':'urn:uuid:x:8867-4','u':'/min','v':62,'t':1800000000}    | NOT_YOUR_DEVICE
          {'n':'urn:uuid:x:8867-4','u':'/min','v':62,'t':1800000000,'x_':1} | NOT_YOUR_DEVICE
          {'n':'urn:uuid:00000000-0000-4000-8000-000000000001:8867-4','u':'/min','v':62} | NOT_YOUR_DEVICE
          {'n':'8867-5','u':'/min','v':62,'t':1800000000}               | UNKNOWN_CODE
          {'n':'85354-9','u':'mm[Hg]','v':62,'t':1800000000}            | UNKNOWN_CODE
          {'u':'/min','v':62,'t':1800000000}                            | UNKNOWN_CODE
          {'n':'8867-4','u':'/min','vs':'62','t':1800000000}            | NO_NUMBER
          {'n':'8867-4','u':'/min','t':1800000000}                      | NO_NUMBER
          {'n':'8867-4','u':'/min','s':62,'t':1800000000}               | SUM_NOT_TAKEN
          {'n':'8867-4','u':'/min','v':62,'s':62,'t':1800000000}        | SUM_NOT_TAKEN
          {'n':'8867-4','u':'/min','v':62.0000000000000001,'t':1800000000} | TOO_PRECISE
          {'n':'steps','u':'1','v':1.2345678901234567e-31,'t':1800000000} | TOO_PRECISE
          {'n':'battery','u':'%','bv':1e-30,'v':1e-31,'t':1800000000}   | TOO_PRECISE
          {'n':'8867-4','v':62,'t':1800000000}                          | WRONG_UNIT
          {'n':'8867-4','u':'Hz','v':1,'t':1800000000}                  | WRONG_UNIT
          {'n':'8867-4','u':'/min','v':0,'t':1800000000}                | IMPOSSIBLE_VALUE
          {'n':'59408-5','u':'%','v':101,'t':1800000000}                | IMPOSSIBLE_VALUE
          {'n':'8867-4','u':'/min','v':62}                              | NO_CLOCK
          {'n':'8867-4','u':'/min','v':62,'t':-60}                      | NO_CLOCK
          {'n':'8867-4','u':'/min','v':62,'t':268435455}                | NO_CLOCK
          {'n':'8867-4','u':'/min','v':62,'t':268435456}                | TOO_OLD
          {'n':'8867-4','u':'/min','v':62,'t':1797407999.999}           | TOO_OLD
          {'n':'8867-4','u':'/min','v':62,'t':1800000300.001}           | IN_THE_FUTURE
          {'n':'ecg-ii','u':'mV','v':1,'t':1800000000}                  | NO_SAMPLES
          {'n':'ecg-ii','u':'mV','t':1800000000}                        | NO_SAMPLES
          {'n':'ecg-ii','u':'mV','vd':'AAAA','t':1800000000}            | NO_SAMPLES
          {'n':'ecg-ii','u':'mV','bs':1,'vs':'period=4;1','t':1800000000} | SUM_NOT_TAKEN
          {'n':'ecg-ii','u':'mV','vs':'period=4;1\\\\u0020','t':1800000000} | BAD_SAMPLES
          {'n':'ecg-ii','u':'/min','vs':'period=4;1','t':1800000000}    | WRONG_UNIT
          {'n':'ecg-ii','u':'mV','vs':'period=4;1','t':60}              | NO_CLOCK
          {'n':'ecg-ii','u':'mV','vs':'period=4;1','t':1000000000}      | TOO_OLD
          {'n':'8867-4','u':'/min','v':62,'t':9e29}                     | IN_THE_FUTURE
          """)
  void shouldSayWhy(String record, RejectionReason reason) {
    assertThat(check(record)).isInstanceOf(Rejected.class).extracting("reason").isEqualTo(reason);
  }

  @Test
  void shouldTakeAValueOfAsManyDecimalsAsItMayHave() {
    assertThat(check("{'n':'steps','u':'1','v':1.2345678901234567e-14,'t':1800000000}"))
        .isInstanceOf(Taken.class);
  }

  @Test
  void shouldTakeABlockOfSamplesInEitherForm() {
    CheckedRecord json =
        check("{'n':'ecg-ii','u':'uV','vs':'period=4,factor=5;12 13 E','t':1800000000.5}");
    // [{0: "ecg-ii", 1: "uV", 3: "period=4,factor=5;12 13 E", 6: 4([-1, 18000000005])}]
    byte[] pack =
        HexFormat.of()
            .parseHex(
                "81a400666563672d69690162755603"
                    + "7819"
                    + HexFormat.of().formatHex("period=4,factor=5;12 13 E".getBytes(UTF_8))
                    + "06c482201b0000000430e23405");
    CheckedRecord cbor =
        check(
            message(sender, pack, OptionalLong.empty()),
            ((Pack) new SenmlCbor().read(pack)).records().getFirst());

    assertThat(json)
        .isInstanceOfSatisfying(
            TakenWaveform.class,
            taken -> {
              assertThat(taken.device()).isEqualTo(SENSOR);
              assertThat(taken.timeMillis()).isEqualTo(NOW + 500);
              assertThat(taken.waveform().samples().text()).isEqualTo("12 13 E");
              assertThat(taken.waveform().samples().grid().factor())
                  .isEqualTo(new BigDecimal("0.005"));
            });
    assertThat(cbor).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({"1797408000", "1800000300", "1799999999.999"})
  void shouldTakeTimesUpToBothBounds(String time) {
    assertThat(check("{'n':'heart-rate','u':'/min','v':62,'t':" + time + "}"))
        .isInstanceOf(Taken.class);
  }

  @Test
  void shouldLetAGatewaySpeakForItsDevicesAlone() {
    UUID gateway = UUID.fromString("00000000-0000-4000-8000-000000000099");
    TestDevices.put(directory, sender);
    String name = "{'n':'urn:uuid:" + SENSOR + ":8867-4','u':'/min','v':62,'t':1800000000}";

    Device of = TestDevices.gateway(gateway, ORGANISATION, Set.of(SENSOR));
    Device notOf = TestDevices.gateway(gateway, ORGANISATION, Set.of());
    Device elsewhere = TestDevices.gateway(gateway, UUID.randomUUID(), Set.of(SENSOR));

    assertThat(check(of, name)).isInstanceOf(Taken.class).extracting("device").isEqualTo(SENSOR);
    assertThat(check(notOf, name)).extracting("reason").isEqualTo(RejectionReason.NOT_YOUR_DEVICE);
    assertThat(check(elsewhere, name))
        .extracting("reason")
        .isEqualTo(RejectionReason.NOT_YOUR_DEVICE);
  }

  @Test
  void shouldNotLetAGatewaySpeakForADeviceThatWasCutOff() {
    UUID gateway = UUID.fromString("00000000-0000-4000-8000-000000000099");
    TestDevices.put(directory, TestDevices.inState(SENSOR, ORGANISATION, Lifecycle.LOST));

    assertThat(
            check(
                TestDevices.gateway(gateway, ORGANISATION, Set.of(SENSOR)),
                "{'n':'urn:uuid:" + SENSOR + ":8867-4','u':'/min','v':62,'t':1800000000}"))
        .extracting("reason")
        .isEqualTo(RejectionReason.NOT_YOUR_DEVICE);
  }

  @Test
  void shouldTakeTheTimeOfReceiptFromAClocklessDeviceThatNumbersItsMessages() {
    Device clockless = TestDevices.clockless(SENSOR, ORGANISATION);

    assertThat(check(clockless, pack("{'n':'8867-4','u':'/min','v':62}"), OptionalLong.of(7)))
        .extracting("timeMillis")
        .isEqualTo(NOW);
    assertThat(
            check(
                clockless,
                pack("{'bt':-30,'n':'8867-4','u':'/min','v':62,'t':-0.25}"),
                OptionalLong.of(8)))
        .extracting("timeMillis")
        .isEqualTo(NOW - 30_250);
    assertThat(
            check(
                clockless,
                pack("{'n':'8867-4','u':'/min','v':62,'t':1799999999}"),
                OptionalLong.of(9)))
        .extracting("timeMillis")
        .isEqualTo(1_799_999_999_000L);
  }

  @Test
  void shouldTakeNoRelativeTimeWithoutANumberOrOfADeviceWithAClock() {
    Device clockless = TestDevices.clockless(SENSOR, ORGANISATION);
    byte[] relative = pack("{'n':'8867-4','u':'/min','v':62}");

    assertThat(check(clockless, relative, OptionalLong.empty()))
        .extracting("reason")
        .isEqualTo(RejectionReason.NO_CLOCK);
    assertThat(check(sender, relative, OptionalLong.of(7)))
        .extracting("reason")
        .isEqualTo(RejectionReason.NO_CLOCK);
    assertThat(
            check(
                clockless, pack("{'n':'8867-4','u':'/min','v':62,'t':-1e20}"), OptionalLong.of(7)))
        .extracting("reason")
        .isEqualTo(RejectionReason.TOO_OLD);
    assertThat(
            check(clockless, pack("{'n':'8867-4','u':'/min','v':62,'t':301}"), OptionalLong.of(7)))
        .extracting("reason")
        .isEqualTo(RejectionReason.IN_THE_FUTURE);
  }

  private static byte[] pack(String record) {
    return ("[" + record.replace('\'', '"') + "]").getBytes(UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "true, heart-rate, TAKEN",
    "true, urn:uuid:3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11:heart-rate, TAKEN",
    "true, urn:uuid:00000000-0000-4000-8000-0000000000aa:heart-rate, REJECTED",
    "false, heart-rate, REJECTED"
  })
  void shouldTakeFromABrokersTopicWhatIsOfItsDeviceAlone(
      boolean assigned, String name, String outcome) {
    UUID other = UUID.fromString("00000000-0000-4000-8000-0000000000aa");
    Device gateway =
        TestDevices.gateway(
            UUID.randomUUID(), ORGANISATION, assigned ? Set.of(SENSOR, other) : Set.of(other));
    TestDevices.put(directory, sender);
    TestDevices.put(directory, TestDevices.active(other, ORGANISATION));
    byte[] pack = pack("{'n':'" + name + "','u':'/min','v':62,'t':1800000000}");

    CheckedRecord checked =
        check(
            new IncomingMessage(
                gateway,
                new BridgedTopic(gateway.id(), SENSOR).text(),
                true,
                pack,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                NOW,
                Optional.of(SENSOR)),
            ((Pack) new SenmlJson().read(pack)).records().getFirst());

    if (outcome.equals("TAKEN")) {
      assertThat(checked).isInstanceOf(Taken.class).extracting("device").isEqualTo(SENSOR);
    } else {
      assertThat(checked)
          .isEqualTo(
              new Rejected(
                  0, gateway.id(), RejectionReason.NOT_YOUR_DEVICE, ((Rejected) checked).record()));
    }
  }

  private CheckedRecord check(IncomingMessage message, SenmlRecord record) {
    return checker.check(message, record, RecordName.of(record.name()));
  }

  private CheckedRecord check(String record) {
    return check(sender, record);
  }

  private CheckedRecord check(Device from, String record) {
    return check(from, pack(record), OptionalLong.empty());
  }

  private CheckedRecord check(Device from, byte[] pack, OptionalLong sequence) {
    return check(
        message(from, pack, sequence), ((Pack) new SenmlJson().read(pack)).records().getFirst());
  }

  private static IncomingMessage message(Device from, byte[] pack, OptionalLong sequence) {
    return new IncomingMessage(
        from,
        "devices/" + from.id() + "/vitals",
        true,
        pack,
        Optional.empty(),
        Optional.empty(),
        sequence,
        NOW);
  }
}
