package io.pulsewarden.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

class ListedDeviceTest {

  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");

  @TempDir private Path folder;

  @Test
  void shouldReadADeviceALineAndNeverShowItsClaim() throws Exception {
    Path file = folder.resolve("devices.jsonl");
    Files.writeString(
        file,
        "{\"deviceId\":\"%s\",\"claim\":\"c1\",\"profile\":\"cuff\",\"patient\":\"A\"}\n\n"
            .formatted(DEVICE));

    assertThat(ListedDevice.read(file))
        .containsExactly(new ListedDevice(DEVICE, "c1", "cuff", "A"));
    assertThat(ListedDevice.read(file).toString()).doesNotContain("c1");
  }

  @Test
  void shouldRefuseALineThatIsNoDeviceWithoutRepeatingIt() throws Exception {
    Path file = folder.resolve("devices.jsonl");
    Files.writeString(file, "{\"claim\":\"secret\"}\n");

    assertThatThrownBy(() -> ListedDevice.read(file))
        .isInstanceOf(SimulatorException.class)
        .hasMessageContaining("devices.jsonl")
        .hasMessageNotContaining("secret");
  }

  @Test
  void shouldReadTimesAndSpeeds() {
    DurationConverter durations = new DurationConverter();

    assertThat(durations.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(durations.convert("PT1H")).isEqualTo(Duration.ofHours(1));
    assertThat(new SpeedConverter().convert("max")).isInfinite();
    assertThatThrownBy(() -> durations.convert("soon")).isInstanceOf(TypeConversionException.class);
    assertThatThrownBy(() -> new SpeedConverter().convert("-1"))
        .isInstanceOf(TypeConversionException.class);
  }
}
