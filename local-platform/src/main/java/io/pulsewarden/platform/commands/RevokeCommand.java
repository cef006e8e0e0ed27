package io.pulsewarden.platform.commands;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code revoke}: revokes a device and waits until the log says that its session was closed. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = "Revokes a device for good and shows its session close. Needs a device-admin.")
final class RevokeCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(200);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Mixin private final LoginOption login = new LoginOption();

  @Parameters(paramLabel = "DEVICE", description = "The device's id.")
  private @Nullable UUID device;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "keyCompromise, cessationOfOperation, ...; default ${DEFAULT-VALUE}.")
  private String reason = "keyCompromise";

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    DataFolder data = platform.existing();
    Ports ports = Ports.of(data);
    try (PlatformHttp http = PlatformHttp.trusting(data.ca("edge").resolve("ca.crt"))) {
      Person admin = login.login(http, data, ports, out);
      Person auditor = login.loginAlso("auditor", http, data, ports, out);
      Instant before = Clock.systemUTC().instant();
      String url = PlatformEnvironment.https(ports, Port.REGISTRY) + "/v1/devices/" + device;
      admin.post(url + "/revocation", Map.of("reason", reason));
      Duration answered = Duration.between(before, Clock.systemUTC().instant());
      out.printf(
          "revoked                 the registry answered after %d ms, reason %s%n",
          answered.toMillis(), reason);
      return closed(out, auditor, ports, before);
    }
  }

  /** The audit log tells it as telemetry saw it. */
  private int closed(PrintWriter out, Person auditor, Ports ports, Instant since)
      throws IOException, InterruptedException {
    String query =
        PlatformEnvironment.https(ports, Port.AUDIT)
            + "/v1/entries?actor="
            + device
            + "&from="
            + since
            + "&limit=20";
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (JsonNode entry : auditor.get(query).path("items")) {
        JsonNode event = entry.path("event");
        if ("SESSION_CLOSED".equals(event.path("action").asText())) {
          Instant at = Instant.parse(event.path("occurredAt").asText());
          out.printf(
              "session closed          %d ms after it was asked, reason %s (audit entry %d)%n",
              Duration.between(since, at).toMillis(),
              event.path("reasonCode").asText(),
              entry.path("index").asLong());
          return 0;
        }
      }
      Thread.sleep(PAUSE);
    }
    out.println("no session of the device was closed: it had none, or see './pulsewarden status'");
    return 1;
  }
}
