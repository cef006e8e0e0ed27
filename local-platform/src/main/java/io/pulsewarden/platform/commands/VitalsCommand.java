package io.pulsewarden.platform.commands;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.platform.client.AuditLog;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.client.SignedCheckpoint;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.demo.ReadingText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code vitals}: where a device's newest readings are, step by step, with the log's proof; and
 * what of the device was refused.
 */
@Command(
    name = "vitals",
    mixinStandardHelpOptions = true,
    description = {
      "Where is my reading: each step of a device's newest message, from its receipt to the FHIR"
          + " ids, with the audit log's proof, and what was refused of the device. Needs a clinician"
          + " of the patient's care team, or a device-admin, who is shown no reading."
    })
final class VitalsCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Mixin private final LoginOption login = new LoginOption();

  @Parameters(paramLabel = "DEVICE", description = "The device's id.")
  private @Nullable UUID device;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    DataFolder data = platform.existing();
    Ports ports = Ports.of(data);
    try (PlatformHttp http = PlatformHttp.trusting(data.ca("edge").resolve("ca.crt"))) {
      Person person = login.login(http, data, ports, out);
      String telemetry = PlatformEnvironment.https(ports, Port.TELEMETRY);
      JsonNode delivery = person.get(telemetry + "/v1/devices/" + device + "/delivery?limit=1");
      Optional<JsonNode> message = Optional.ofNullable(delivery.path("messages").get(0));
      if (message.isPresent()) {
        way(out, message.get());
        readings(out, person, telemetry, message.get());
      } else {
        out.println("No message of this device that you may see.");
      }
      new DeviceLines(delivery).print(out);
      Person auditor = login.loginAlso("auditor", http, data, ports, out);
      AuditLog log = new AuditLog(http, data, ports);
      refusedAtConnect(out, log, auditor, delivery);
      return message.isPresent() && proof(out, log, auditor, message.get()) ? 0 : 1;
    }
  }

  /** Not what was before the session that it has, or had last. */
  private void refusedAtConnect(PrintWriter out, AuditLog log, Person auditor, JsonNode delivery)
      throws IOException, InterruptedException {
    Optional<String> since =
        Optional.of(delivery.at("/session/connectedAt").asText()).filter(at -> !at.isEmpty());
    Optional<JsonNode> refusal =
        log.newest(auditor, Objects.requireNonNull(device), "SESSION_REFUSED", since);
    refusal.ifPresent(
        entry ->
            out.printf(
                "  refused at CONNECT      %s, the last time %s (audit entry %d)%n",
                entry.path("event").path("reasonCode").asText(),
                entry.path("event").path("occurredAt").asText(),
                entry.path("index").asLong()));
  }

  private static void way(PrintWriter out, JsonNode message) {
    out.println("The newest message of the device:");
    out.println("  received over mTLS      " + message.path("receivedAt").asText());
    out.printf(
        "  sealed, in Kafka        %s, partition %d, offset %d; then the device got its PUBACK%n",
        message.path("topic").asText(),
        message.path("partition").asInt(),
        message.path("offset").asLong());
    out.println("  stored in PostgreSQL    " + message.path("committedAt").asText());
    if (message.path("held").asBoolean()) {
      out.println("  nobody wore the device: held under its own key until somebody did");
    }
  }

  private static void readings(PrintWriter out, Person person, String telemetry, JsonNode message)
      throws IOException, InterruptedException {
    for (JsonNode id : message.path("observations")) {
      String path = "/fhir/Observation/" + id.asText();
      out.println("  readable over FHIR      " + telemetry + path);
      JsonNode observation = person.get(telemetry + path);
      out.printf(
          "                          %s, %s%n",
          ReadingText.of(observation), observation.path("effectiveDateTime").asText());
    }
  }

  private static boolean proof(PrintWriter out, AuditLog log, Person auditor, JsonNode message)
      throws IOException, InterruptedException {
    Optional<JsonNode> found =
        log.storedRange(
            auditor,
            message.path("topic").asText(),
            message.path("partition").asInt(),
            message.path("offset").asLong());
    if (found.isEmpty()) {
      out.println("  not in the audit log yet: ask again in a moment");
      return false;
    }
    JsonNode entry = found.get();
    JsonNode range = entry.path("event").path("storedRange");
    long index = entry.path("index").asLong();
    out.printf(
        "  in the audit log        entry %d: offsets %d to %d are stored, %d records%n",
        index,
        range.path("firstOffset").asLong(),
        range.path("lastOffset").asLong(),
        range.path("recordCount").asLong());
    out.println("                          Merkle root " + range.path("merkleRoot").asText());
    SignedCheckpoint checkpoint = log.checkpoint();
    boolean proven = log.proves(checkpoint, index, auditor);
    out.printf(
        "  inclusion proof         %s against the signed checkpoint of %d entries (%s)%n",
        proven ? "verified" : "WRONG", checkpoint.size(), checkpoint.origin());
    return proven;
  }
}
