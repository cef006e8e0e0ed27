package io.pulsewarden.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class OpenSslSpeedTest {

  @Test
  void shouldReadTheTable() throws IOException {
    String printed =
        """
        version: 3.0.19
                                      sign    verify    sign/s verify/s
         256 bits ecdsa (nistp256)   0.0000s   0.0000s  62487.0  21893.5
        """;

    assertThat(OpenSslSpeed.parse(printed)).isEqualTo(new OpenSslSpeed(62_487, 21_893.5));
  }

  @Test
  void shouldSayThatThereIsNoTable() {
    assertThatThrownBy(() -> OpenSslSpeed.parse("")).isInstanceOf(IOException.class);
  }
}
