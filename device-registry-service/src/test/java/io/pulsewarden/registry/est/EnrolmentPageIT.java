package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types the commands of docs/enrolment.md into one shell, as a reader would. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class EnrolmentPageIT {

  private static final Pattern FENCED = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Test
  void shouldDoWhatThePageSays(@TempDir Path folder) throws Exception {
    String page =
        Files.readString(Path.of(System.getProperty("pulsewarden.root"), "docs/enrolment.md"));
    String script =
        FENCED
            .matcher(page)
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining("\n", "set -euo pipefail\n", ""));

    String output = run(folder, script);

    assertThat(output)
        .contains("device.crt: OK", "next.crt: OK", "next.crt: good", "Response verify OK")
        .contains("subject=O = ");
    assertThat(folder.resolve("second.crt")).exists();
  }

  private String run(Path folder, String script) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    bash.environment()
        .putAll(
            Map.of(
                "REGISTRY", "https://localhost:" + base.getPort(),
                "EDGE_CA", ConfigProvider.getConfig().getValue(Registry.EDGE_CA, String.class),
                "TOKEN", Token.admin(UUID.randomUUID())));
    Process shell = bash.start();
    shell.getOutputStream().close();
    int status = shell.waitFor();
    String said = Files.readString(output);
    assertThat(status).as(said).isZero();
    return said;
  }
}
