package io.pulsewarden.telemetry.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecordNamesTest {

  private static final String ONE = "urn:uuid:3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11";
  private static final String OTHER = "urn:uuid:3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a12";

  @Test
  void shouldTakeEachNameApartAsIfItStoodAlone() {
    RecordNames names = new RecordNames();

    for (String name :
        List.of(
            "heart-rate",
            ONE + ":heart-rate",
            ONE + ":8867-4",
            ONE + ":",
            ONE + ":" + OTHER + ":8867-4",
            ONE,
            ONE + "-8867-4",
            OTHER + ":8867-4",
            "URN:UUID:3F0C1C2E-0D4E-4B58-9D3C-5F5A3B8F0A11:8867-4",
            "URN:UUID:3F0C1C2E-0D4E-4B58-9D3C-5F5A3B8F0A11:spo2",
            "urn:uuid:1-1-1-1-1:::::::::::::::::::::::::::8867-4",
            "urn:uuid:1-1-1-1-1:::::::::::::::::::::::::::spo2",
            "8867-4",
            "",
            ONE + ":spo2")) {
      assertThat(names.of(name)).isEqualTo(RecordName.of(name));
    }
  }
}
