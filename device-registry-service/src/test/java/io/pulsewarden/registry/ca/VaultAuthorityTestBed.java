package io.pulsewarden.registry.ca;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stand-in for Vault as the registry's authority: it is sealed in the tests. */
public final class VaultAuthorityTestBed implements QuarkusTestResourceLifecycleManager {

  static final String URL = "pulsewarden.vault.url";

  private @Nullable PkiStandIn server;

  @Override
  public Map<String, String> start() {
    try {
      PkiStandIn started = PkiStandIn.start(Clock.systemUTC());
      server = started;
      Path folder = Files.createTempDirectory("registry-vault");
      VaultPkiUnderTest vault =
          VaultPkiUnderTest.standIn(
              started, folder, new StatusLocations(Optional.empty()), Clock.systemUTC());
      return Map.of(
          "pulsewarden.ca.authority",
          "vault",
          URL,
          started.url().toString(),
          "pulsewarden.vault.mount",
          vault.mountName(),
          "pulsewarden.vault.login.method",
          "approle",
          "pulsewarden.vault.login.role-id-file",
          folder.resolve("role-id").toString(),
          "pulsewarden.vault.login.secret-id-file",
          folder.resolve("secret-id").toString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What an operator of Vault does: {@code seal} or {@code unseal}. */
  public static void operate(URI vault, String what) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer =
          http.send(
              HttpRequest.newBuilder(vault.resolve("/v1/sys/" + what))
                  .header("X-Vault-Token", PkiStandIn.ROOT)
                  .PUT(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException("the stand-in answered " + answer.statusCode());
      }
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
