package io.pulsewarden.platform.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pulsewarden.platform.client.AuditLog;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.process.PrivateFiles;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code receipt}: writes a message's receipt, with the log's proof, into a file. */
@Command(
    name = "receipt",
    mixinStandardHelpOptions = true,
    description = {
      "A receipt for a device's message, to be kept: what it said, and the proof that the audit log"
          + " has it as stored. Needs a clinician of the patient's care team, and an auditor."
    })
final class ReceiptCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PlatformOption platform = new PlatformOption();

  @Mixin private final LoginOption login = new LoginOption();

  @Parameters(paramLabel = "DEVICE", description = "The device's id.")
  private @Nullable UUID device;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      required = true,
      description = "A moment that the message has a reading of, such as 2026-11-18T11:06:40Z.")
  private String time = "";

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to write it.")
  private Path out = Path.of("");

  @Override
  public Integer call() throws Exception {
    PrintWriter console = Objects.requireNonNull(spec).commandLine().getOut();
    DataFolder data = platform.existing();
    Ports ports = Ports.of(data);
    try (PlatformHttp http = PlatformHttp.trusting(data.ca("edge").resolve("ca.crt"))) {
      Person person = login.login(http, data, ports, console);
      String url =
          "%s/v1/receipts?device=%s&time=%s"
              .formatted(
                  PlatformEnvironment.https(ports, Port.TELEMETRY),
                  device,
                  URLEncoder.encode(time, StandardCharsets.UTF_8));
      ObjectNode receipt = person.get(url).deepCopy();
      AuditLog log = new AuditLog(http, data, ports);
      Person auditor = login.loginAlso("auditor", http, data, ports, console);
      JsonNode range = receipt.path("storedRange");
      Optional<JsonNode> entry =
          log.storedRange(
              auditor,
              range.path("topic").asText(),
              range.path("partition").asInt(),
              range.path("firstOffset").asLong());
      if (entry.isEmpty()) {
        console.println("Not in the audit log yet: ask again in a moment.");
        return 1;
      }
      AuditLog.Proof proof = log.proof(entry.get().path("index").asLong(), auditor);
      receipt.putObject("log").put("entry", proof.entry()).put("proof", proof.proof());
      PrivateFiles.replace(
          out.toAbsolutePath(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(receipt));
      console.printf(
          "%s has %d readings; check it with: ./pulsewarden verify-receipt %s --key %s%n",
          out, receipt.path("readings").size(), out, log.key());
      return 0;
    }
  }
}
