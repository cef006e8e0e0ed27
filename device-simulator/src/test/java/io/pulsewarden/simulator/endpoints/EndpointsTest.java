package io.pulsewarden.simulator.endpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.simulator.SimulatorException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {

  @TempDir private Path folder;

  @Test
  void shouldReadWhatAShellWouldSource() throws Exception {
    Path file = folder.resolve("platform.env");
    Files.writeString(
        file,
        """
        # made by pulsewarden up
        export PW_EST_URL=https://localhost:8441
        PW_FHIR_URL="https://localhost:8442/fhir/"
        PW_MQTT_HOST='localhost'
        PW_MQTT_PORT=8883
        """);

    Endpoints endpoints = Endpoints.read(file, Map.of("PW_MQTT_PORT", "1"));

    assertThat(endpoints.est()).isEqualTo(URI.create("https://localhost:8441/.well-known/est"));
    assertThat(endpoints.fhir()).isEqualTo(URI.create("https://localhost:8442/fhir"));
    assertThat(endpoints.mqtt()).isEqualTo("ssl://localhost:8883");
  }

  @Test
  void shouldTakeAnEstUrlThatHasThePathAlready() {
    Endpoints endpoints =
        Endpoints.read(null, Map.of("PW_EST_URL", "https://est.example/.well-known/est/"));

    assertThat(endpoints.est()).isEqualTo(URI.create("https://est.example/.well-known/est"));
  }

  @Test
  void shouldNameTheVariableThatIsMissing() {
    assertThatThrownBy(() -> Endpoints.read(null, Map.of()).registry())
        .isInstanceOf(SimulatorException.class)
        .hasMessageContaining("PW_REGISTRY_URL");
  }
}
