package io.pulsewarden.platform.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.ServerCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformEnvironmentTest {

  @TempDir Path folder;

  @Test
  void shouldBeReadByAShellEvenFromAFolderWithOddCharacters() throws Exception {
    DataFolder data = new DataFolder(folder.resolve("Nora's data & more"));
    data.prepare();
    Ports ports = Ports.choose(data, true, Set.of());

    PlatformEnvironment.write(data, ports);

    ProcessFiles shell = ProcessFiles.in(folder, "shell");
    new ServerCommand(
            "shell",
            List.of(
                "sh",
                "-c",
                ". \"$1\"; echo \"$PW_FHIR_URL $PW_MQTT_PORT\"; echo \"$PW_DEMO_USERS_FILE\"",
                "sh",
                data.environment().toString()),
            folder,
            shell)
        .run();
    assertThat(Files.readAllLines(shell.log()))
        .containsExactly(
            "https://localhost:" + ports.of(Port.TELEMETRY) + "/fhir " + ports.of(Port.MQTT),
            data.demoUsers().toString());
  }

  @Test
  void shouldHaveAllNamesThatTestsAndShellsUse() throws Exception {
    DataFolder data = new DataFolder(folder.resolve("data"));
    data.prepare();

    assertThat(PlatformEnvironment.values(data, Ports.choose(data, true, Set.of())))
        .containsKeys(
            "PW_REGISTRY_URL",
            "PW_EST_URL",
            "PW_MQTT_HOST",
            "PW_MQTT_PORT",
            "PW_FHIR_URL",
            "PW_SYNC_URL",
            "PW_KEYS_URL",
            "PW_AUDIT_URL",
            "PW_OIDC_ISSUER",
            "PW_CA_FILE",
            "PW_KAFKA_BOOTSTRAP",
            "PW_DEMO_USERS_FILE");
  }
}
