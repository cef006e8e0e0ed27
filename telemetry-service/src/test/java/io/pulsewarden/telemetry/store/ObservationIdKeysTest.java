package io.pulsewarden.telemetry.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.telemetry.store.ObservationIdKeys.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObservationIdKeysTest {

  private static final UUID PATIENT = UUID.fromString("11111111-1111-4111-8111-111111111111");
  private static final UUID DEVICE = UUID.fromString("22222222-2222-4222-8222-222222222222");

  private final ObservationIdKeys keys = keys();

  @Test
  void shouldMakeTheGoldenIds() throws Exception {
    List<String> made = new ArrayList<>();
    for (String row : goldenRows()) {
      String[] cells = row.split("\\|", -1);
      String code = cells[1].strip();
      long time = Long.parseLong(cells[2].strip());
      int ordinal = Integer.parseInt(cells[3].strip());
      SeriesId series = keys.series(PATIENT, DEVICE, DEVICE, code);
      made.add(
          "| %s | %d | %d | `%s` | `%s` |"
              .formatted(
                  code,
                  time,
                  ordinal,
                  HexFormat.of().formatHex(series.bytes()),
                  keys.encode(new Position(series, time, ordinal))));
    }
    assertThat(made).hasSizeGreaterThanOrEqualTo(3).isEqualTo(goldenRows());
  }

  @Test
  void shouldReadBackWhatItWrote() {
    Position position =
        new Position(keys.series(PATIENT, DEVICE, DEVICE, "8867-4"), 1_800_000_000_123L, 65_535);
    assertThat(keys.decode(keys.encode(position))).contains(position);
  }

  @Test
  void shouldRefuseWhatIsNoId() {
    String id = keys.encode(new Position(new SeriesId(7), 1, 0));
    assertThat(List.of("", id + "a", id.substring(1), id.toUpperCase(Locale.ROOT)))
        .allSatisfy(text -> assertThat(keys.decode(text)).isEmpty());
    // The last character carries three bits; the other two must be zero.
    String spare = id.substring(0, 25) + "b";
    assertThat(keys.decode(spare)).isEmpty();
  }

  @Test
  void shouldGiveDifferentSeriesToDifferentSourcesAndCodes() {
    assertThat(
            List.of(
                keys.series(PATIENT, DEVICE, DEVICE, "8867-4"),
                keys.series(PATIENT, PATIENT, DEVICE, "8867-4"),
                keys.series(PATIENT, DEVICE, PATIENT, "8867-4"),
                keys.series(DEVICE, DEVICE, DEVICE, "8867-4"),
                keys.series(PATIENT, DEVICE, DEVICE, "8889-8")))
        .doesNotHaveDuplicates();
  }

  private static List<String> goldenRows() throws Exception {
    Path page =
        Path.of(System.getProperty("pulsewarden.root"), "docs", "formats", "observation-id.md");
    return Files.readString(page)
        .lines()
        .dropWhile(line -> !line.startsWith("| code |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private static ObservationIdKeys keys() {
    byte[] key = new byte[BaseKey.LENGTH];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    try (BaseKey baseKey = new BaseKey(PATIENT, 0, SecretBytes.owning(key))) {
      return ObservationIdKeys.of(baseKey);
    }
  }
}
