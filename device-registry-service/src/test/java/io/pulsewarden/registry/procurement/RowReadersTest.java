package io.pulsewarden.registry.procurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // Which ends a line has is what is tested.
class RowReadersTest {

  private static final String HEADER = "serialNumber,model,manufacturer\n";

  @Test
  void shouldReadCsvAsRfc4180HasIt() throws IOException {
    String csv =
        "\uFEFFmodel,serialNumber,manufacturer,udi\r\n"
            + "PX-1,SN-1,\"Acme, \"\"Inc\"\"\",\r\n"
            + "\r\n"
            + "PX-1,\"SN-2\",Acme,\"(01)0084\"";

    assertThat(all(new CsvRows(stream(csv))))
        .containsExactly(
            new RowReader.Row.Fields(
                2,
                Map.of("model", "PX-1", "serialNumber", "SN-1", "manufacturer", "Acme, \"Inc\"")),
            new RowReader.Row.Fields(
                4,
                Map.of(
                    "model", "PX-1",
                    "serialNumber", "SN-2",
                    "manufacturer", "Acme",
                    "udi", "(01)0084")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,b",
        "a,b,c,d",
        "\"a,b,c",
        "a,\"b\"x,c",
        "a,b\"c,d",
        "\"\"a\",b,c",
        "\"a\" ,b,c"
      })
  void shouldNameABadRowOfCsvAndGoOn(String row) throws IOException {
    assertThat(all(new CsvRows(stream(HEADER + row + "\ns,m,a"))))
        .first()
        .isEqualTo(new RowReader.Row.Bad(2, "invalid-row"));
    assertThat(all(new CsvRows(stream(HEADER + row + "\ns,m,a"))))
        .last()
        .isEqualTo(
            new RowReader.Row.Fields(
                3, Map.of("serialNumber", "s", "model", "m", "manufacturer", "a")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "serialNumber,model",
        "serialNumber,model,manufacturer,colour",
        "serialNumber,model,manufacturer,model",
        "SN-1,PX-1,Acme",
        "\"serialNumber,model,manufacturer"
      })
  void shouldRefuseCsvWithoutAHeader(String csv) {
    assertThatThrownBy(() -> new CsvRows(stream(csv)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.problem().code()).isEqualTo("invalid-body"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"text\"",
        "{",
        "{}{}",
        "{\"model\":\"m\"} x",
        "{\"model\":1}",
        "{\"model\":null}",
        "{\"model\":{\"a\":\"b\"}}",
        "{\"colour\":\"red\"}",
        "{\"model\":\"a\",\"model\":\"b\"}",
        "\u0000"
      })
  void shouldNameABadRowOfNdjsonAndGoOn(String row) throws IOException {
    assertThat(all(new NdjsonRows(stream(row + "\n{\"model\":\"m\",\"clockless\":true}\n"))))
        .containsExactly(
            new RowReader.Row.Bad(1, "invalid-row"),
            new RowReader.Row.Fields(2, Map.of("model", "m", "clockless", "true")));
  }

  @Test
  void shouldHoldNoLineLongerThanItsLimit() throws IOException {
    String row = "x".repeat(BoundedLines.MAX + 1) + ",m,a\ns,m,a\n";

    assertThat(all(new CsvRows(stream(HEADER + row))))
        .containsExactly(
            new RowReader.Row.Bad(2, "row-too-long"),
            new RowReader.Row.Fields(
                3, Map.of("serialNumber", "s", "model", "m", "manufacturer", "a")));
  }

  @Test
  void shouldSurviveDeepNestingAndNoise() throws IOException {
    String nested = "[".repeat(BoundedLines.MAX - 1);
    assertThat(all(new NdjsonRows(stream(nested)))).hasSize(1);

    // A fixed seed: what fails once fails again.
    Random random = new Random(20261123);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      assertThat(all(new NdjsonRows(new ByteArrayInputStream(noise))))
          .allSatisfy(row -> assertThat(row.line()).isPositive());
      assertThat(all(new CsvRows(stream(HEADER + new String(noise, StandardCharsets.ISO_8859_1)))))
          .allSatisfy(row -> assertThat(row.line()).isGreaterThan(1));
    }
  }

  private static List<RowReader.Row> all(RowReader reader) throws IOException {
    List<RowReader.Row> rows = new ArrayList<>();
    RowReader.Row row = reader.next();
    while (row != null) {
      rows.add(row);
      row = reader.next();
    }
    return rows;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
