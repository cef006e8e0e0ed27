package io.pulsewarden.registry.ca;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.vault.standin.VaultStandIn;
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

  private @Nullable VaultStandIn server;

  @Override
  public Map<String, String> start() {
    try {
      VaultStandIn started = VaultStandIn.start(Clock.systemUTC());
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
          // So long that what waits for Vault waits until a test lets it go.
          "pulsewarden.vault.timeout",
          "PT5M",
          "pulsewarden.vault.mount",
          vault.mountName(),
          "pulsewarden.vault.login.method",
          "approle",
          "pulsewarden.vault.login.role-id-file",
          folder.resolve("registry-role-id").toString(),
          "pulsewarden.vault.login.secret-id-file",
          folder.resolve("registry-secret-id").toString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * What is done to Vault: {@code sys/seal}, {@code sys/unseal}, {@code stand-in/hold}, {@code
   * stand-in/release}. By HTTP: what tests call here is loaded anew, and knows no server.
   */
  public static void operate(URI vault, String what) throws IOException, InterruptedException {
    send(vault, what);
  }

  /** How many requests are held back. */
  public static int waiting(URI vault) throws IOException, InterruptedException {
    return new ObjectMapper()
        .readTree(send(vault, "stand-in/waiting"))
        .path("data")
        .path("waiting")
        .asInt();
  }

  private static String send(URI vault, String what) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(vault.resolve("/v1/" + what))
                  .header("X-Vault-Token", VaultStandIn.ROOT)
                  .PUT(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException("the stand-in answered " + answer.statusCode());
      }
      return answer.body();
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
