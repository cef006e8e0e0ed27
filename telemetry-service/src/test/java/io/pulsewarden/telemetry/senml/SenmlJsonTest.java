package io.pulsewarden.telemetry.senml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.senml.SenmlResult.Pack;
import io.pulsewarden.telemetry.senml.SenmlResult.Unreadable;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenmlJsonTest {

  @Test
  void shouldWorkBaseFieldsIntoEachRecord() {
    List<SenmlRecord> records =
        records(
            """
            [{"bn":"urn:uuid:1:","bt":1800000000,"bu":"/min","n":"8867-4","v":62.8},
             {"n":"59408-5","u":"%","v":97.10,"t":-60.25},
             {"bn":"","bt":1900000000,"bv":100,"n":"9279-1","v":-84},
             {"n":"8310-5"}]
            """);

    assertThat(records)
        .containsExactly(
            record(0, "urn:uuid:1:8867-4", "62.8", "/min", "1800000000"),
            record(1, "urn:uuid:1:59408-5", "97.10", "%", "1799999939.75"),
            record(2, "9279-1", "16", "/min", "1900000000"),
            record(3, "8310-5", "100", "/min", "1900000000"));
  }

  @Test
  void shouldKeepEachDecimalExactly() {
    SenmlRecord record =
        records("[{\"n\":\"x\",\"t\":1800000000.123,\"v\":0.1000000000000000055}]").getFirst();

    assertThat(record.value()).isEqualTo(new BigDecimal("0.1000000000000000055"));
    assertThat(record.time()).isEqualTo(new BigDecimal("1800000000.123"));
  }

  @Test
  void shouldTakeASumForOneWhereverItStands() {
    assertThat(records("[{\"n\":\"x\",\"s\":1},{\"n\":\"y\",\"bs\":1},{\"n\":\"z\",\"v\":1}]"))
        .extracting(SenmlRecord::sum)
        .containsExactly(true, true, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"n\":\"x\",\"vs\":\"62\"}]",
        "[{\"n\":\"x\",\"vb\":true}]",
        "[{\"n\":\"x\",\"vd\":\"AA\"}]",
        "[{\"n\":\"x\",\"v\":\"62\"}]",
        "[{\"n\":\"x\",\"v\":null}]",
        "[{\"bv\":1,\"n\":\"x\",\"vb\":false}]",
        "[{\"n\":\"x\"}]"
      })
  void shouldHaveNoNumberWhereNoneIs(String pack) {
    assertThat(records(pack).getFirst().value()).isNull();
  }

  @Test
  void shouldIgnoreUnknownLabelsButNotThoseThatAskToBeUnderstood() {
    List<SenmlRecord> records =
        records("[{\"n\":\"x\",\"v\":1,\"colour\":\"red\"},{\"n\":\"x\",\"v\":1,\"skin_\":true}]");

    assertThat(records.get(0).mustUnderstand()).isEmpty();
    assertThat(records.get(1).mustUnderstand()).contains("skin_");
  }

  @Test
  void shouldWriteARecordAsAPackThatReadsTheSame() {
    SenmlRecord record =
        records(
                """
                [{"bn":"a\\"b:","bt":1800000000,"bu":"%","n":"x","v":62.80,"ut":3,"colour":"\\u00fc"},
                 {"n":"y","vs":"off"}]
                """)
            .get(0);

    assertThat(records(record.asPack())).containsExactly(record);
  }

  @Test
  void shouldKeepInTheRecordsPackThatItStandsUnderABaseSum() {
    List<SenmlRecord> records =
        records("[{\"bs\":5,\"n\":\"x\",\"v\":1},{\"n\":\"8889-8\",\"u\":\"/min\",\"v\":63}]");

    assertThat(records(records.getLast().asPack()).getFirst().sum()).isTrue();
    assertThat(records.getLast().asPack()).contains("\"bs\":5");
  }

  @Test
  void shouldWriteNamesNumbersAndHalfCharactersThatItReadsAgain() {
    String half = "\\ud83d";
    SenmlRecord record =
        records(
                "[{\"bn\":\"%s%s\",\"n\":\"%s\",\"v\":%s,\"b_\":1,\"a_\":2,\"x\":\"%s\"}]"
                    .formatted(
                        "x".repeat(255), half, "y".repeat(256), "1".repeat(60) + "e-65", half))
            .getFirst();

    assertThat(records(new String(record.asPack().getBytes(UTF_8), UTF_8))).containsExactly(record);
  }

  @Test
  void shouldRefuseABaseAndAValueThatAreTooLongTogether() {
    assertThat(reason("[{\"bv\":1e29,\"v\":1e-29}]".getBytes(UTF_8)))
        .isEqualTo(RejectionReason.NOT_SENML);
    assertThat(
            reason("[{\"bt\":1800000000,\"t\":1e-30},{\"bt\":1e29,\"t\":1e-29}]".getBytes(UTF_8)))
        .isEqualTo(RejectionReason.NOT_SENML);
    assertThat(records("[{\"bv\":1.5,\"v\":-1.50}]").getFirst().value()).isZero();
  }

  @Test
  void shouldKeepWhatIsNoNumberInTheRecordsPack() {
    SenmlRecord record = records("[{\"n\":\"y\",\"v\":\"off\",\"vb\":true}]").getFirst();

    assertThat(record.asPack()).contains("\"v\":\"off\"").contains("\"vb\":true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "hello",
        "[",
        "[{\"n\":\"x\"",
        "[{]",
        "[{\"n\":\"x\",}]",
        "[{}] []",
        "[{}] x"
      })
  void shouldSayNotJson(String payload) {
    assertThat(reason(payload.getBytes(UTF_8))).isEqualTo(RejectionReason.NOT_JSON);
  }

  @Test
  void shouldSayNotJsonOfAnythingButUtf8() {
    assertThat(reason("[{\"n\":\"\u00fc\"}]".getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo(RejectionReason.NOT_JSON);
    assertThat(reason("[{\"n\":\"x\"}]".getBytes(StandardCharsets.UTF_16BE)))
        .isEqualTo(RejectionReason.NOT_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"x\"",
        "12",
        "null",
        "[1]",
        "[[{}]]",
        "[{\"n\":1}]",
        "[{\"u\":null}]",
        "[{\"t\":\"now\"}]",
        "[{\"bver\":\"5\"}]",
        "[{\"bver\":0}]",
        "[{\"bver\":1.5}]",
        "[{\"v\":1,\"v\":2}]",
        "[{\"x\":{}}]",
        "[{\"x\":[1]}]",
        "[{\"v\":1e31}]",
        "[{\"v\":1e-99999999999}]",
        "[{\"v\":1e999999999}]"
      })
  void shouldSayNotSenml(String payload) {
    assertThat(reason(payload.getBytes(UTF_8))).isEqualTo(RejectionReason.NOT_SENML);
  }

  @Test
  void shouldKeepToItsLimits() {
    assertThat(reason(pack(PackReader.MAX_RECORDS + 1))).isEqualTo(RejectionReason.NOT_SENML);
    assertThat(new SenmlJson().read(pack(PackReader.MAX_RECORDS))).isInstanceOf(Pack.class);
    assertThat(reason(named("x".repeat(PackReader.MAX_TEXT + 1))))
        .isEqualTo(RejectionReason.NOT_SENML);
    assertThat(new SenmlJson().read(named("x".repeat(PackReader.MAX_TEXT))))
        .isInstanceOf(Pack.class);
    assertThat(reason(("[{\"v\":" + "1".repeat(65) + "}]").getBytes(UTF_8)))
        .isEqualTo(RejectionReason.NOT_SENML);
    assertThat(reason("[".repeat(100_000).getBytes(UTF_8))).isEqualTo(RejectionReason.NOT_SENML);
  }

  @Test
  void shouldRefuseANewerVersionOnly() {
    assertThat(reason("[{\"bver\":11,\"n\":\"x\"}]".getBytes(UTF_8)))
        .isEqualTo(RejectionReason.UNSUPPORTED_VERSION);
    assertThat(records("[{\"bver\":10,\"n\":\"x\"}]")).hasSize(1);
    assertThat(records("[{\"bver\":5,\"n\":\"x\"}]")).hasSize(1);
  }

  private static byte[] pack(int records) {
    String[] one = new String[records];
    Arrays.fill(one, "{}");
    return ("[" + String.join(",", one) + "]").getBytes(UTF_8);
  }

  private static byte[] named(String name) {
    return ("[{\"n\":\"" + name + "\"}]").getBytes(UTF_8);
  }

  private static List<SenmlRecord> records(String pack) {
    return ((Pack) new SenmlJson().read(pack.getBytes(UTF_8))).records();
  }

  private static RejectionReason reason(byte[] payload) {
    return ((Unreadable) new SenmlJson().read(payload)).reason();
  }

  private static SenmlRecord record(int index, String name, String value, String unit, String t) {
    return new SenmlRecord(
        index,
        name,
        new BigDecimal(value),
        unit,
        new BigDecimal(t),
        false,
        Optional.empty(),
        Map.of());
  }
}
