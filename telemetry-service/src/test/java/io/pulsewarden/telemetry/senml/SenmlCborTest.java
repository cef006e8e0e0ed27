package io.pulsewarden.telemetry.senml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.senml.SenmlResult.Pack;
import io.pulsewarden.telemetry.senml.SenmlResult.Unreadable;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes are written out by RFC 8949, not by the library that reads them. */
class SenmlCborTest {

  private static final String CBOR = "application/senml+cbor";

  private final Senml senml = new Senml();

  /** RFC 8428, section 6: the example that is there in hexadecimal. */
  @Test
  void shouldReadTheExampleOfTheRfc() {
    List<SenmlRecord> records =
        records(
            """
            87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a
            22fb41d303a15b00106223614120050067766f6c7461676501615602fb405e06
            6666666666a3006763757272656e74062402fb3ff3333333333333a300676375
            7272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3f
            f6666666666666a3006763757272656e74062102f93e00a3006763757272656e
            74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb333333
            333333
            """);

    assertThat(records).hasSize(7);
    assertThat(records.getFirst().name()).isEqualTo("urn:dev:ow:10e2073a0108006:voltage");
    assertThat(records.getFirst().unit()).isEqualTo("V");
    assertThat(records.getFirst().value()).isEqualByComparingTo("120.1");
    assertThat(records.getFirst().time()).isEqualByComparingTo("1276020076.001");
    assertThat(records)
        .extracting(SenmlRecord::value)
        .usingElementComparator(BigDecimal::compareTo)
        .containsExactly(
            decimal("120.1"),
            decimal("1.2"),
            decimal("1.3"),
            decimal("1.4"),
            decimal("1.5"),
            decimal("1.6"),
            decimal("1.7"));
    assertThat(records.get(1).time()).isEqualByComparingTo("1276020071.001");
    assertThat(records.get(1).unit()).isEqualTo("A");
  }

  @ParameterizedTest
  @CsvSource({
    "fb404f666666666666, 62.8",
    "fa427b3333, 62.8",
    "f953d9, 62.78125",
    "c48220190274, 62.8",
    "c482381bc24a00ffffffffffffffffff, 0.0000004722366482869645213695",
    "183e, 62",
    "383d, -62",
    "c249010000000000000000, 18446744073709551616",
    "1bffffffffffffffff, 18446744073709551615",
    "f93c00, 1"
  })
  void shouldTakeEachNumberAsTheDecimalThatItStandsFor(String number, String value) {
    assertThat(records("81a2006178" + "02" + number).getFirst().value())
        .isEqualByComparingTo(value);
  }

  @Test
  void shouldKeepTextAndIntegerLabelsApart() {
    SenmlRecord record = records("81a300617861320802" + "183e").getFirst();

    assertThat(record.value()).isEqualByComparingTo("62");
    assertThat(record.otherFields()).containsKey("2");
  }

  @Test
  void shouldKnowASumAndAskedForUnderstandingByName() {
    assertThat(records("81a20061780501").getFirst().sum()).isTrue();
    assertThat(records("81a20061782501").getFirst().sum()).isTrue();
    assertThat(records("81a2006178626b5f01").getFirst().mustUnderstand()).contains("k_");
  }

  @Test
  void shouldReadIndefiniteLengthsAndTheSelfDescribingTag() {
    assertThat(records("9fbf006178" + "02183effff").getFirst().value()).isEqualByComparingTo("62");
    assertThat(records("d9d9f7" + "81a200617802183e").getFirst().value())
        .isEqualByComparingTo("62");
  }

  @Test
  void shouldWriteARecordAsAPackOfJsonThatReadsTheSame() {
    SenmlRecord record =
        records("81a4" + "006178" + "02fb404f666666666666" + "0843010203" + "61630c").getFirst();

    SenmlResult again = senml.read(Optional.empty(), record.asPack().getBytes(UTF_8));

    assertThat(record.otherFields()).containsEntry("vd", "\"AQID\"");
    assertThat(((Pack) again).records().getFirst().name()).isEqualTo(record.name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "81", "81a1", "81a2006178", "81a100617800", "81ff", "1c", "81a1006578"})
  void shouldSayNotCbor(String hex) {
    assertThat(reason(hex)).isEqualTo(RejectionReason.NOT_CBOR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a0",
        "80",
        "8101",
        "8181a0",
        "81a10001",
        "81a2006178" + "0280",
        "81a2006178" + "02a0",
        "81a2006178" + "02f97e00",
        "81a2006178" + "02fb7ff0000000000000",
        "81a3006178" + "0201" + "0202",
        "81a2006178" + "20f93e00",
        "82a2006178" + "2009" + "a2006178" + "200a",
        "81a2006178" + "02c4821a7fffffff01"
      })
  void shouldSayNotSenml(String hex) {
    assertThat(reason(hex)).isEqualTo(RejectionReason.NOT_SENML);
  }

  @Test
  void shouldSayUnsupportedVersion() {
    assertThat(reason("81a2006178" + "200b")).isEqualTo(RejectionReason.UNSUPPORTED_VERSION);
  }

  @Test
  void shouldTellTheFormByTheTypeOrTheFirstByte() {
    byte[] cbor = HexFormat.of().parseHex("81a200617802183e");
    byte[] json = "[{\"n\":\"x\",\"v\":62}]".getBytes(UTF_8);

    assertThat(senml.read(Optional.empty(), cbor)).isInstanceOf(Pack.class);
    assertThat(senml.read(Optional.empty(), json)).isInstanceOf(Pack.class);
    assertThat(senml.read(Optional.of("Application/SenML+CBOR; x=1"), cbor))
        .isInstanceOf(Pack.class);
    assertThat(senml.read(Optional.of("application/senml+json"), cbor))
        .isEqualTo(new Unreadable(RejectionReason.NOT_JSON, "not UTF-8"));
    assertThat(senml.read(Optional.of(CBOR), json))
        .isInstanceOfSatisfying(
            Unreadable.class, refused -> assertThat(refused.reason()).isNotNull());
    assertThat(senml.read(Optional.of("application/cbor"), cbor))
        .isEqualTo(new Unreadable(RejectionReason.UNSUPPORTED_FORMAT, ""));
  }

  private List<SenmlRecord> records(String hex) {
    SenmlResult result = read(hex);
    assertThat(result).isInstanceOf(Pack.class);
    return ((Pack) result).records();
  }

  private RejectionReason reason(String hex) {
    SenmlResult result = read(hex);
    assertThat(result).isInstanceOf(Unreadable.class);
    return ((Unreadable) result).reason();
  }

  private SenmlResult read(String hex) {
    return senml.read(Optional.of(CBOR), HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
  }

  private static BigDecimal decimal(String text) {
    return new BigDecimal(text);
  }
}
