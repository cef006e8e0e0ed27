package io.pulsewarden.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {

  private static final UUID DEVICE = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");

  private final TopicPattern pattern = new TopicPattern("ward/+/{device}/vitals");

  @Test
  void shouldSubscribeToItsTopicsAndFindTheDeviceInThem() {
    assertThat(pattern.filter()).isEqualTo("ward/+/+/vitals");
    assertThat(pattern.device("ward/7/" + DEVICE + "/vitals")).contains(DEVICE);
    assertThat(pattern.device("ward//3F0C1C2E-0D4E-4B58-9D3C-5F5A3B8F0A11/vitals"))
        .contains(DEVICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ward/7/3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11",
        "ward/7/3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11/vitals/more",
        "Ward/7/3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11/vitals",
        "ward/3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11/7/vitals",
        "ward/7/3f0c1c2e-d4e-4b58-9d3c-5f5a3b8f0a11/vitals",
        "ward/7/bed-2/vitals",
        ""
      })
  void shouldFindNoDeviceInAnyOther(String topic) {
    assertThat(pattern.device(topic)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ward/vitals",
        "{device}/{device}",
        "ward/#/{device}",
        "ward/{device}/#",
        "ward/a+/{device}",
        "ward/x{device}",
        "$SYS/{device}"
      })
  void shouldRefuseWhatIsNoPattern(String text) {
    assertThatThrownBy(() -> new TopicPattern(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
